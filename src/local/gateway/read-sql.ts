import { ApiError, parseError } from './api-error.ts'
import {
  conditionSql,
  fieldSql,
  limitSql,
  orderSql,
  type Source,
  whereSql,
} from './condition-sql.ts'
import { type Embed, emptyQuery, type Query, type SelectItem } from './query.ts'
import { findLink, type Link } from './relationship.ts'
import { exposedSchema, type SchemaCache } from './schema-cache.ts'
import { empty, type Fragment, join, name, raw, sql } from './sql-fragment.ts'

/** One resource of a read: the one asked for, or one embedded in it. */
interface Node {
  /** Its table in the schema cache; `label` names it in aliases. */
  table: string
  label: string
  from: Fragment
  qualifier: Fragment
  query: Query
  select: SelectItem[]
  /** Conditions that tie it to the resource around it. */
  joined: Fragment[]
  depth: number
}

/** `SELECT … FROM "public"."messages" …` with its embeddings as lateral joins. */
export function readSql(cache: SchemaCache, table: string, query: Query): Fragment {
  return nodeSql(cache, rootNode(table, name(exposedSchema, table), query))
}

/**
 * The same over what a write or a call returned.
 *
 * @param alias What it goes by: the table, or the function that returned rows of it.
 */
export function readReturnedSql(
  cache: SchemaCache,
  table: string,
  query: Query,
  alias: string = table,
): Fragment {
  const node = { ...rootNode(table, name(alias), query), label: alias }
  return nodeSql(cache, { ...node, from: sql`"pgrst_source" AS ${name(alias)}` })
}

/** All rows that match, whatever the limit: what an exact count counts. */
export function countSql(cache: SchemaCache, table: string, query: Query): Fragment {
  return countNodeSql(cache, rootNode(table, name(exposedSchema, table), query))
}

function rootNode(table: string, qualifier: Fragment, query: Query): Node {
  const { select } = query
  return { table, label: table, from: qualifier, qualifier, query, select, joined: [], depth: 0 }
}

function nodeSql(cache: SchemaCache, node: Node): Fragment {
  const source = sourceOf(cache, node)
  const embeds = node.select.filter((item) => item.kind === 'embed')
  checkEmbedded(node.query, embeds)
  const joins = embeds.map((embed) => embedSql(cache, node, embed))
  const plain = node.select.filter((item) => item.kind !== 'embed')
  const columns = node.select.length === 0 ? [sql`${node.qualifier}.*`] : plain.map(itemSql(source))
  const selected = [...columns, ...joins.map((joined) => joined.select)]
  const where = [...node.query.where.map((c) => conditionSql(source, c)), ...node.joined]
  return sql`SELECT ${join(selected, ', ')} FROM ${node.from}${join(
    joins.map((joined) => joined.join),
    '',
  )}${whereSql(where)} ${orderSql(source, node.query.order)}${limitSql(
    node.query.limit,
    node.query.offset,
  )}`
}

function sourceOf(cache: SchemaCache, node: Node): Source {
  return { qualifier: node.qualifier, table: cache.tables.get(node.table) }
}

function itemSql(source: Source): (item: Exclude<SelectItem, Embed>) => Fragment {
  return (item) => {
    if (item.kind === 'all') return sql`${source.qualifier}.*`
    const { field, alias, cast } = item
    const column = fieldSql(source, field)
    // The grammar lets only letters, digits, blanks and underscores into a cast.
    const typed = cast === undefined ? column : sql`CAST( ${column} AS ${raw(cast)} )`
    const named = alias ?? field.path.at(-1)?.key
    return named === undefined ? typed : sql`${typed} AS ${name(named)}`
  }
}

function embedSql(
  cache: SchemaCache,
  parent: Node,
  embed: Embed,
): { select: Fragment; join: Fragment } {
  const { node, link } = embeddedNode(cache, parent, embed)
  const shown = embed.alias ?? embed.relation
  const aggregate = name(`${parent.label}_${shown}_${node.depth}`)
  const inner = nodeSql(cache, node)
  const how = raw(embed.inner ? 'INNER' : 'LEFT')
  const hidden = embed.select.length === 0 && embed.inner
  if (link.toOne) {
    return {
      select: sql`row_to_json(${aggregate}.*)::jsonb AS ${name(shown)}`,
      join: sql` ${how} JOIN LATERAL ( ${inner} ) AS ${aggregate} ON TRUE`,
    }
  }
  const rows = sql`SELECT json_agg(${aggregate})::jsonb AS ${aggregate} FROM (${inner} ) AS ${aggregate}`
  const on = embed.inner ? sql`${aggregate} IS NOT NULL` : raw('TRUE')
  return {
    select: hidden ? empty : sql`COALESCE( ${aggregate}.${aggregate}, '[]') AS ${name(shown)}`,
    join: sql` ${how} JOIN LATERAL ( ${rows} ) AS ${aggregate} ON ${on}`,
  }
}

function embeddedNode(cache: SchemaCache, parent: Node, embed: Embed): { node: Node; link: Link } {
  const link = findLink(cache, parent.table, embed)
  const depth = parent.depth + 1
  const label = `${link.table}_${depth}`
  const qualifier = name(label)
  const joined = link.on.map(
    ([own, other]) => sql`${qualifier}.${name(own)} = ${parent.qualifier}.${name(other)}`,
  )
  const shown = embed.alias ?? embed.relation
  const query = parent.query.embedded.get(shown) ?? emptyQuery()
  const from = sql`${name(exposedSchema, link.table)} AS ${qualifier}`
  const { select } = embed
  return { node: { table: link.table, label, from, qualifier, query, select, joined, depth }, link }
}

function countNodeSql(cache: SchemaCache, node: Node): Fragment {
  const source = sourceOf(cache, node)
  const inner = node.select
    .filter((item) => item.kind === 'embed')
    .filter((embed) => embed.inner)
    .map((embed) => sql`EXISTS (${countNodeSql(cache, embeddedNode(cache, node, embed).node)} )`)
  const where = [...node.query.where.map((c) => conditionSql(source, c)), ...node.joined, ...inner]
  return sql`SELECT 1 FROM ${node.from}${whereSql(where)}`
}

function checkEmbedded(query: Query, embeds: readonly Embed[]): void {
  for (const key of query.embedded.keys()) {
    if (embeds.some((embed) => (embed.alias ?? embed.relation) === key)) continue
    throw new ApiError(400, 'PGRST108', `'${key}' is not an embedded resource in this request`, {
      hint: `Verify that '${key}' is included in the 'select' query parameter.`,
    })
  }
  for (const embed of embeds) {
    if (embed.select.length === 0 && !embed.inner) {
      throw parseError('select parameter', `${embed.relation}()`, 'columns in an embedding')
    }
  }
}
