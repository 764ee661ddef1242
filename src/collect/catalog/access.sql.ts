import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { AccessFacts, RelationRight } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** What the API shows to whom. */
export const readAccess: Probe<'access'> = async (trx) => {
  const overview = await readOverview(trx)
  return {
    ...overview,
    exposedSchemas: overview.exposedSchemas ?? ['public', 'graphql_public'],
    exposedBy: overview.exposedSchemas === null ? 'default' : 'authenticator',
    relations: await readRights(trx),
    publicBuckets: await readPublicBuckets(trx),
  }
}

type Overview = Omit<
  AccessFacts,
  'exposedSchemas' | 'exposedBy' | 'relations' | 'publicBuckets'
> & { exposedSchemas: string[] | null }

/** Roles that policies bind: named by one, or the API's own. */
const boundRoles = sql`bound as materialized (
  select r.oid, r.rolname from pg_roles r
  where not r.rolsuper and not r.rolbypassrls and (r.rolname in ('anon', 'authenticated')
    or r.oid in (select unnest(polroles) from pg_policy)))`

async function readOverview(trx: Trx): Promise<Overview> {
  const { rows } = await sql<Overview>`
    with recursive /* supascope */ ${boundRoles},
    above as (
      select oid as role, oid as has from bound
      union select a.role, m.roleid from above a join pg_auth_members m on m.member = a.has
    )
    select ${exposedSchemas} as "exposedSchemas",
      (select coalesce(jsonb_agg(jsonb_build_object('name', b.rolname, 'has', (
          select jsonb_agg(pg_get_userbyid(a.has)) from above a
          where a.role = b.oid and pg_has_role(a.role, a.has, 'usage'))) order by b.rolname), '[]')
        from bound b) as roles,
      (select coalesce(jsonb_agg(rolname), '[]') from pg_roles
        where rolsuper or rolbypassrls) as bypassing,
      (select coalesce(jsonb_agg(extname), '[]') from pg_extension
        where extrelocatable) as relocatable`.execute(trx)
  const row = rows[0]
  if (row === undefined) throw new Error('the overview of rights has no row')
  return row
}

/** pgrst.db_schemas of authenticator: of this database, else of all. */
const exposedSchemas = sql`(
  select (select jsonb_agg(btrim(name)) from unnest(string_to_array(
      substr(setting, length('pgrst.db_schemas=') + 1), ',')) as name where btrim(name) <> '')
  from pg_db_role_setting s
  join pg_roles r on r.oid = s.setrole and r.rolname = 'authenticator',
    unnest(s.setconfig) as setting
  where setting like 'pgrst.db\\_schemas=%' and (s.setdatabase = 0
    or s.setdatabase = (select oid from pg_database where datname = current_database()))
  order by s.setdatabase = 0 limit 1)`

async function readRights(trx: Trx): Promise<RelationRight[]> {
  const { rows } = await sql<RelationRight>`
    with /* supascope */ ${boundRoles},
    pairs as (
      select c.oid, b.oid as role from pg_class c, bound b
      where c.relkind in ('r', 'p', 'm', 'v', 'f') and b.rolname in ('anon', 'authenticated')
      union select p.polrelid, b.oid from pg_policy p join bound b on b.oid = any (p.polroles)
    ),
    rights as materialized (
      select c.oid, p.role,
        ${may('has_table_privilege', 'select')} as whole,
        ${may('has_any_column_privilege', 'select')} as select,
        ${may('has_any_column_privilege', 'insert')} as insert,
        ${may('has_any_column_privilege', 'update')} as update,
        ${may('has_table_privilege', 'delete')} as delete
      from pairs p
      join pg_class c on c.oid = p.oid
      join pg_namespace n on n.oid = c.relnamespace
      where ${outsideSystem} and has_schema_privilege(p.role, n.oid, 'usage')
    )
    select r.oid::int8::float8 as oid, pg_get_userbyid(r.role)::text as role,
      r.select, r.insert, r.update, r.delete,
      case when r.select and not r.whole then (
        select jsonb_agg(a.attnum::int) from pg_attribute a
        where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
          and has_column_privilege(r.role, r.oid, a.attnum, 'select')) end as columns
    from rights r
    where r.select or r.insert or r.update or r.delete
    order by r.oid, 2`.execute(trx)
  return rows
}

function may(ask: string, right: string): RawBuilder<boolean> {
  return sql<boolean>`${sql.raw(ask)}(p.role, c.oid, ${sql.lit(right)})`
}

/** None where there is no storage, or the role may not see its buckets. */
async function readPublicBuckets(trx: Trx): Promise<string[]> {
  const { rows: found } = await sql<{ readable: boolean }>`
    select /* supascope */ has_schema_privilege(n.oid, 'usage')
      and has_column_privilege(c.oid, 'id', 'select')
      and has_column_privilege(c.oid, 'public', 'select') as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'storage' and c.relname = 'buckets'
      and (select count(*) from pg_attribute a where a.attrelid = c.oid
        and a.attname in ('id', 'public') and not a.attisdropped) = 2`.execute(trx)
  if (found[0]?.readable !== true) return []
  const { rows } = await sql<{ id: string }>`
    select /* supascope */ id from storage.buckets where public order by id limit 1000`.execute(trx)
  return rows.map(({ id }) => id)
}
