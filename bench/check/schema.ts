/** A database as large as they come: tables, indexes, foreign keys and policies by the thousand. */
import type pg from 'pg'

export interface Size {
  tables: number
  indexes: number
  policies: number
}

/** Tables made in one transaction: each holds locks until its end. */
const chunk = 100

/** Makes tables of fifty rows with two to four indexes each, one or two policies, and a foreign key. */
export async function createSchema(client: pg.Client, size: Size): Promise<void> {
  for (let from = 1; from <= size.tables; from += chunk) {
    const to = Math.min(from + chunk - 1, size.tables)
    await client.query(
      `do $$ begin for n in ${from}..${to} loop ${oneTable(size)} end loop; end $$`,
    )
  }
  await client.query('analyze')
  await client.query('select pg_stat_force_next_flush()')
}

/** The numbered one of its kind: whole shares go to each table, the rest to the first ones. */
const share = (of: number, among: number): string =>
  `${Math.floor(of / among)} + case when n <= ${of % among} then 1 else 0 end`

function oneTable({ tables, indexes, policies }: Size): string {
  return `
    execute format('create table public.t%s (
      id bigint generated always as identity primary key,
      owner uuid not null default gen_random_uuid(),
      parent bigint %s,
      title text, tags text[], done boolean not null default false, price numeric(10,2),
      created_at timestamptz not null default now(), updated_at timestamptz)', n,
      case when n > 1 then format('references public.t%s (id)', 1 + (n * 7919) % (n - 1)) end);
    execute format('alter table public.t%s enable row level security', n);
    execute format('insert into public.t%s (title) select i::text from generate_series(1, 50) i', n);
    for k in 1..(${share(indexes - tables, tables)}) loop
      execute format('create index t%s_i%s on public.t%s (%s)', n, k, n, (array[
        'owner', 'created_at, owner', 'title', 'owner, created_at', 'parent', 'lower(title)',
        'done', 'price desc'])[1 + (n + k) % 8]);
    end loop;
    for k in 1..(${share(policies, tables)}) loop
      execute format('create policy p%s on public.t%s for %s to authenticated %s (%s)', k, n,
        (array['select', 'insert', 'update', 'delete'])[k],
        case when k = 2 then 'with check' else 'using' end,
        (array['owner = auth.uid()', 'owner = (select auth.uid())',
          '(select auth.jwt() ->> ''role'') = ''admin''', 'done or parent > 3'])[1 + n % 4]);
    end loop;`
}
