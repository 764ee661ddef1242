import type { PlantedCase } from '../../planted-case.ts'

export const unsupportedRegTypes: PlantedCase = {
  rule: 'unsupported_reg_types',
  plant: `
    create table public.reg_types (id int, a regproc, b regnamespace[], c regclass, d regrole, e regtype);
    -- A view stores nothing.
    create view public.reg_types_view as select 'now'::regproc as a;`,
  defects: ['public.reg_types.a', 'public.reg_types.b'],
  decoys: [
    'public.reg_types.c',
    'public.reg_types.d',
    'public.reg_types.e',
    'public.reg_types_view.a',
  ],
}
