import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters } from './keep-autovacuum-out.ts'

const table = 'public.costly_row_trigger_t'

export const costlyRowTrigger: PlantedCase = {
  rule: 'costly_row_trigger',
  async plant({ client }) {
    await client.query(`
      create table ${table} (id int, total int, touched_at timestamptz);
      create table public.costly_row_trigger_quiet (id int);
      -- What was written before counts: it tells how much is.
      insert into ${table} select generate_series(1, 100000);
      create function public.costly_row_trigger_work() returns trigger language plpgsql
        set search_path = '' as $$
        begin
          insert into public.costly_row_trigger_quiet values (new.id);
          return new;
        end $$;
      create function public.costly_row_trigger_assign() returns trigger language plpgsql
        set search_path = '' as $$
        begin
          new.total := (select count(*) from public.costly_row_trigger_quiet);
          return new;
        end $$;
      -- No query: the usual "updated at".
      create function public.costly_row_trigger_touch() returns trigger language plpgsql
        set search_path = '' as $$
        begin
          new.touched_at := coalesce(new.touched_at, now());
          return new;
        end $$;
      create trigger work after insert on ${table}
        for each row execute function public.costly_row_trigger_work();
      create trigger assign before insert or update on ${table}
        for each row execute function public.costly_row_trigger_assign();
      create trigger touch before insert or update on ${table}
        for each row execute function public.costly_row_trigger_touch();
      create trigger once after insert on ${table}
        for each statement execute function public.costly_row_trigger_work();
      create trigger rare after delete on ${table}
        for each row execute function public.costly_row_trigger_work();
      create trigger dormant after insert on ${table}
        for each row execute function public.costly_row_trigger_work();
      alter table ${table} disable trigger dormant;
      create trigger quiet after insert on public.costly_row_trigger_quiet
        for each row execute function public.costly_row_trigger_work()`)
    await client.query(flushCounters)
    return undefined
  },
  defects: [`${table}.work`, `${table}.assign`],
  decoys: [
    ...['touch', 'once', 'rare', 'dormant'].map((name) => `${table}.${name}`),
    'public.costly_row_trigger_quiet.quiet',
  ],
}
