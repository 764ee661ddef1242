import type { PlantedCase } from '../../planted-case.ts'

const table = (name: string): string => `
  create table public.${name}_t (id int primary key, user_id uuid, a int, b int, c int, d int, e int, f int, g int);
  create table public.${name}_u (id int primary key, t_id int);`

/** A function in PL/pgSQL; its name without arguments is that of its key. */
function plpgsql(name: string, body: string, rest = ''): string {
  return `create function public.${name}() returns void language plpgsql ${rest} as $function$
    declare r record; n int; w public.${name.replace(/_(bad|fine|like).*$/, '')}_t%rowtype;
    begin ${body} end $function$;`
}

const queryInLoop: PlantedCase = {
  rule: 'function_query_in_loop',
  plant: `${table('in_loop')}
    ${plpgsql('in_loop_bad', 'for r in select id from in_loop_t loop update in_loop_u set t_id = 1 where id = r.id; end loop;')}
    ${plpgsql('in_loop_bad_expression', 'foreach n in array array[1, 2] loop if exists (select from in_loop_t where id = n) then return; end if; end loop;')}
    ${plpgsql('in_loop_fine', 'for r in select id from in_loop_t loop n := n + r.id; perform pg_notify($$a$$, r.id::text); end loop; update in_loop_u set t_id = 1 where id = n;')}
    ${plpgsql('in_loop_like_batch', 'loop delete from in_loop_u where id in (select id from in_loop_u limit 100); exit when not found; end loop;')}
    ${plpgsql('in_loop_like_text', "raise notice 'for r in select loop update in_loop_u end loop';")}`,
  defects: ['public.in_loop_bad()', 'public.in_loop_bad_expression()'],
  decoys: ['public.in_loop_fine()', 'public.in_loop_like_batch()', 'public.in_loop_like_text()'],
}

const authPerRow: PlantedCase = {
  rule: 'function_auth_per_row',
  plant: `${table('auth_row')}
    create function public.auth_row_bad() returns setof public.auth_row_t language sql stable
      as 'select * from auth_row_t where user_id = auth.uid()';
    ${plpgsql('auth_row_bad_update', 'update auth_row_t set a = 1 where user_id = auth.uid();')}
    create function public.auth_row_fine() returns setof public.auth_row_t language sql stable
      as 'select * from auth_row_t where user_id = (select auth.uid())';
    ${plpgsql('auth_row_fine_insert', 'insert into auth_row_t (id, user_id) values (1, auth.uid());')}
    create function public.auth_row_like() returns uuid language sql stable
      as 'select auth.uid() from auth_row_t where id = 1';`,
  defects: ['public.auth_row_bad()', 'public.auth_row_bad_update()'],
  decoys: ['public.auth_row_fine()', 'public.auth_row_fine_insert()', 'public.auth_row_like()'],
}

const countToExist: PlantedCase = {
  rule: 'function_count_to_exist',
  plant: `${table('count_any')}
    ${plpgsql('count_any_bad', 'select count(*) into n from count_any_t; if n > 0 then return; end if;')}
    create function public.count_any_bad_sql() returns boolean language sql stable
      as 'select (select count(*) from count_any_t where a = 1) > 0 from count_any_u';
    ${plpgsql('count_any_fine', 'select count(*) into n from count_any_t; if n > 10 then return; end if;')}
    ${plpgsql('count_any_like', "select count(*) into n from count_any_t; if n > 0 then raise notice '%', n; end if;")}`,
  defects: ['public.count_any_bad()', 'public.count_any_bad_sql()'],
  decoys: ['public.count_any_fine()', 'public.count_any_like()'],
}

const writeWithoutWhere: PlantedCase = {
  rule: 'function_write_without_where',
  plant: `${table('every_row')}
    ${plpgsql('every_row_bad', 'update every_row_t set a = 1;')}
    create function public.every_row_bad_sql() returns void language sql begin atomic delete from public.every_row_t; end;
    ${plpgsql('every_row_fine', 'update every_row_t set a = 1 where true; delete from every_row_t t using every_row_u u where u.t_id = t.id;')}
    ${plpgsql('every_row_like_temporary', 'create temp table every_row_temp (a int); delete from every_row_temp;')}`,
  defects: ['public.every_row_bad()', 'public.every_row_bad_sql()'],
  decoys: ['public.every_row_fine()', 'public.every_row_like_temporary()'],
}

const handler =
  'begin insert into handler_u values (1); exception when unique_violation then null; end;'

const exceptionInLoop: PlantedCase = {
  rule: 'function_exception_in_loop',
  plant: `${table('handler')}
    ${plpgsql('handler_bad', `for n in 1..10 loop ${handler} end loop;`)}
    ${plpgsql('handler_fine', handler)}
    ${plpgsql('handler_like', `begin for n in 1..10 loop begin perform 1; end; end loop; exception when others then null; end;`)}`,
  defects: ['public.handler_bad()'],
  decoys: ['public.handler_fine()', 'public.handler_like()'],
}

const couldBeStable: PlantedCase = {
  rule: 'function_could_be_stable',
  plant: `${table('steady')}
    create function public.steady_bad(who uuid) returns bigint language sql
      as 'select count(*) from steady_t where user_id = who';
    create function public.steady_bad_block() returns int language plpgsql
      as 'declare n int; begin select max(id) into n from steady_t where a < 5; return coalesce(n, 0); end';
    create function public.steady_fine() returns bigint language sql stable as 'select count(*) from steady_t';
    create function public.steady_like_write() returns int language sql
      as 'insert into steady_u values (1, 1) returning id';
    create function public.steady_like_lock() returns int language sql as 'select id from steady_t for update';
    create function public.steady_like_chance() returns int language sql
      as 'select id from steady_t order by random() limit 1';
    create function public.steady_like_inner() returns int language sql as 'select public.steady_like_write() from steady_t';
    create function public.steady_like_dynamic() returns void language plpgsql
      as 'begin perform from steady_t; execute format(''drop table %I'', ''x''); end';`,
  defects: ['public.steady_bad(uuid)', 'public.steady_bad_block()'],
  decoys: ['fine', 'like_write', 'like_lock', 'like_chance', 'like_inner', 'like_dynamic'].map(
    (name) => `public.steady_${name}()`,
  ),
}

const selectStar: PlantedCase = {
  rule: 'function_select_star',
  plant: `${table('star')}
    ${plpgsql('star_bad', 'for r in select * from star_t loop n := r.id; end loop;')}
    ${plpgsql('star_bad_row', 'select * into w from public.star_t where id = 1;')}
    ${plpgsql('star_fine', 'for r in select id, a from star_t loop n := r.id; end loop;')}
    ${plpgsql('star_like_exists', 'if exists (select * from star_t) then return; end if;')}
    ${plpgsql('star_like_narrow', 'select * into r from star_u;')}
    create function public.star_like_whole() returns setof public.star_t language plpgsql
      as 'begin return query select * from star_t; end';`,
  defects: ['public.star_bad()', 'public.star_bad_row()'],
  decoys: ['fine', 'like_exists', 'like_narrow', 'like_whole'].map(
    (name) => `public.star_${name}()`,
  ),
}

const innerStatements: PlantedCase = {
  rule: 'function_inner_statements',
  plant: `${table('inside')}
    create table public.inside_pause as select 0.2 as s;
    create function public.inside_bad() returns void language plpgsql
      as 'begin perform pg_sleep(s) from inside_pause; end';
    create function public.inside_fine() returns void language plpgsql
      as 'begin perform count(*) from inside_t; end';
    select public.inside_bad();
    select public.inside_fine();
    select pg_sleep(s) from public.inside_pause;`,
  defects: ['select inside_bad()'],
  // One is quick, the other calls no function of the team's.
  decoys: ['select inside_fine()', 'select inside_pause'],
}

export const functionCases: readonly PlantedCase[] = [
  queryInLoop,
  authPerRow,
  countToExist,
  writeWithoutWhere,
  exceptionInLoop,
  couldBeStable,
  selectStar,
  innerStatements,
]
