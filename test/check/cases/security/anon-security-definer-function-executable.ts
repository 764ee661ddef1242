import type { PlantedCase } from '../../planted-case.ts'

export const anonSecurityDefinerFunctionExecutable: PlantedCase = {
  rule: 'anon_security_definer_function_executable',
  plant: `
    create function public.definer_anon(a int) returns int language sql security definer
      set search_path = '' as 'select 1';
    create function public.definer_invoker() returns int language sql as 'select 1';
    create function public.definer_trigger() returns trigger language plpgsql security definer
      set search_path = '' as 'begin return new; end';
    create schema definer_functions;
    create function definer_functions.definer_hidden() returns int language sql security definer
      set search_path = '' as 'select 1';
    grant usage on schema definer_functions to anon;`,
  defects: ['public.definer_anon(integer)'],
  decoys: [
    'public.definer_invoker()',
    'public.definer_trigger()',
    'definer_functions.definer_hidden()',
  ],
}
