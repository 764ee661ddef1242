import type { PlantedCase } from '../../planted-case.ts'

export const functionSearchPathMutable: PlantedCase = {
  rule: 'function_search_path_mutable',
  plant: `
    create function public.path_definer(a int, b text) returns int language sql security definer as 'select 1';
    create function public.path_closed() returns int language sql security definer as 'select 1';
    revoke execute on function public.path_closed() from public, anon, authenticated;

    create function public.path_set() returns int language sql security definer
      set search_path = '' as 'select 1';
    -- Runs with its caller's rights: names that the caller bends are the caller's own loss.
    create function public.path_invoker() returns int language sql as 'select 1';
    -- Its names were bound when it was made.
    create function public.path_bound() returns int language sql security definer return 1;`,
  defects: ['public.path_definer(integer, text)', 'public.path_closed()'],
  decoys: ['public.path_set()', 'public.path_invoker()', 'public.path_bound()'],
}
