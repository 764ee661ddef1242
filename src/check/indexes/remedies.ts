import type { IndexFacts, TableFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteLiteral, quoteName } from '../../quote.ts'

/** Longest name that the server keeps whole, bytes. */
const nameBytes = 63
/** Partitions up to which each one's statements are written out. */
const writtenOut = 12

/** An index to be made. */
export interface NewIndex {
  table: TableFacts
  /** Keys as SQL: `user_id`, `created_at desc`. */
  keys: readonly string[]
  /** What its name should say; the table's name stands before it. */
  label: string
  /** @defaultValue btree */
  method?: string
  /** Condition of a partial index, as SQL. */
  where?: string
  unique?: boolean
  /** Whatever stands between the keys and the condition: INCLUDE, WITH. */
  options?: string
}

/**
 * SQL that makes an index while the table stays in use. A partitioned table has no `concurrently`:
 * there each partition gets its own, and then the table's is put together of them.
 *
 * @param facts - All tables, among which the partitions are found, and the names that are taken
 */
export function createIndexSql(
  index: NewIndex,
  { tables, indexes }: { tables: readonly TableFacts[]; indexes: readonly IndexFacts[] },
): string {
  const nameFor = (table: TableFacts): string => freeName(table, index.label, indexes)
  const create = index.unique === true ? 'create unique index' : 'create index'
  const rest = restOf(index)
  if (index.table.kind !== 'partitioned') {
    const name = quoteIdentifier(nameFor(index.table))
    return `${create} concurrently ${name} on ${named(index.table)} ${rest};`
  }
  const children = Map.groupBy(tables, ({ partitionOf }) => partitionOf)
  const recipe = { create, rest, nameFor, children }
  const { build, attach } = partitionRecipe(index.table, nameFor(index.table), recipe)
  if (attach.length <= writtenOut) return [...build, ...attach].join('\n')
  return manyPartitions(index.table, nameFor(index.table), recipe, attach.length)
}

interface Recipe {
  create: string
  rest: string
  nameFor: (table: TableFacts) => string
  children: Map<number | null, TableFacts[]>
}

function partitionRecipe(
  table: TableFacts,
  name: string,
  recipe: Recipe,
): { build: string[]; attach: string[] } {
  const how = table.kind === 'partitioned' ? '' : 'concurrently '
  const only = table.kind === 'partitioned' ? 'only ' : ''
  const on = `on ${only}${named(table)} ${recipe.rest};`
  const all = {
    build: [`${recipe.create} ${how}${quoteIdentifier(name)} ${on}`],
    attach: [] as string[],
  }
  for (const child of recipe.children.get(table.oid) ?? []) {
    const below = recipe.nameFor(child)
    const { build, attach } = partitionRecipe(child, below, recipe)
    const whole = quoteName(table.schema, name)
    const part = quoteName(child.schema, below)
    all.build.push(...build)
    all.attach.push(...attach, `alter index ${whole} attach partition ${part};`)
  }
  return all
}

/** A query that writes the statements, where there are too many of them to read. */
function manyPartitions(table: TableFacts, name: string, recipe: Recipe, count: number): string {
  const { create, rest } = recipe
  return `-- ${count} partitions: run this, and then what it prints, line by line.
with part as (
  select p.*, n.nspname as schema,
    case when p.level = 0 then ${quoteLiteral(name)} else left(c.relname, 40) || '_' || c.oid || '_idx' end as name
  from pg_partition_tree(${quoteLiteral(named(table))}) as p
  join pg_class as c on c.oid = p.relid
  join pg_namespace as n on n.oid = c.relnamespace
)
select statement from (
  select 1 as step, level, format('${create} %s%I on %s%s %s;',
    case when isleaf then 'concurrently ' else '' end, name,
    case when isleaf then '' else 'only ' end, relid::regclass, ${quoteLiteral(rest)}) as statement
  from part
  union all
  select 2, -c.level, format('alter index %I.%I attach partition %I.%I;',
    p.schema, p.name, c.schema, c.name)
  from part as c join part as p on p.relid = c.parentrelid
) as s order by step, level;`
}

function restOf({ method = 'btree', keys, options, where }: NewIndex): string {
  const using = method === 'btree' ? '' : `using ${quoteIdentifier(method)} `
  const condition = where === undefined ? '' : ` where ${where}`
  return `${using}(${keys.join(', ')})${options === undefined ? '' : ` ${options}`}${condition}`
}

/** `orders_user_id_idx`, shortened to what the server keeps, with a number if it is taken. */
function freeName(
  { schema, name }: TableFacts,
  label: string,
  indexes: readonly IndexFacts[],
): string {
  for (let n = 0; ; n++) {
    const tail = `_${cut(label, 30)}_idx${n === 0 ? '' : n}`
    const free = `${cut(name, nameBytes - utf8Bytes(tail))}${tail}`
    if (!namesOf(indexes).has(`${schema}.${free}`)) return free
  }
}

const names = new WeakMap<readonly IndexFacts[], ReadonlySet<string>>()

/** Names that indexes have, `schema.name`: put together once for the same indexes. */
function namesOf(indexes: readonly IndexFacts[]): ReadonlySet<string> {
  const known =
    names.get(indexes) ?? new Set(indexes.map(({ schema, name }) => `${schema}.${name}`))
  names.set(indexes, known)
  return known
}

function cut(text: string, bytes: number): string {
  const chars = Array.from(text)
  while (utf8Bytes(chars.join('')) > bytes) chars.pop()
  return chars.join('')
}

function utf8Bytes(text: string): number {
  return Array.from(text).reduce((sum, char) => {
    const code = char.codePointAt(0) ?? 0
    return sum + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)
  }, 0)
}

function named({ schema, name }: TableFacts): string {
  return quoteName(schema, name)
}

/**
 * SQL that drops an index while its table stays in use. That of a partitioned table can't be
 * dropped so: it has to wait for all partitions at once, and gives up soon rather than let others
 * queue behind it.
 */
export function dropIndexSql({ schema, name, partitioned }: IndexFacts): string {
  const what = quoteName(schema, name)
  if (!partitioned) return `drop index concurrently ${what};`
  return soon(
    '-- The index of a partitioned table has no `concurrently`: try again if it times out.',
    `drop index ${what};`,
  )
}

/** SQL that drops a constraint with its index; statements that name it would fail from then on. */
export function dropConstraintSql({ schema, table, constraint, name }: IndexFacts): string {
  return soon(
    '-- Nothing may say `on conflict on constraint` with its name. Try again if it times out.',
    `alter table ${quoteName(schema, table)} drop constraint ${quoteIdentifier(constraint ?? name)};`,
  )
}

/** What locks a table gives up soon, so that nobody queues behind it. */
function soon(why: string, statement: string): string {
  return `${why}\nbegin;\nset local lock_timeout = '2s';\n${statement}\ncommit;`
}
