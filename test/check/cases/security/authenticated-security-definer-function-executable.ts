import type { PlantedCase } from '../../planted-case.ts'

export const authenticatedSecurityDefinerFunctionExecutable: PlantedCase = {
  rule: 'authenticated_security_definer_function_executable',
  plant: `
    create function public.definer_signed_in() returns int language sql security definer
      set search_path = '' as 'select 1';
    revoke execute on function public.definer_signed_in() from public, anon;
    grant execute on function public.definer_signed_in() to authenticated;
    create function public.definer_service() returns int language sql security definer
      set search_path = '' as 'select 1';
    revoke execute on function public.definer_service() from public, anon, authenticated;
    create function public.definer_signed_in_invoker() returns int language sql
      set search_path = '' as 'select 1';`,
  defects: ['public.definer_signed_in()'],
  decoys: ['public.definer_service()', 'public.definer_signed_in_invoker()'],
}
