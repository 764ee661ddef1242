import type { PlantedCase } from '../../planted-case.ts'

export const insecureQueueExposedInApi: PlantedCase = {
  rule: 'insecure_queue_exposed_in_api',
  plant: `
    create schema pgmq;
    grant usage on schema pgmq to anon, authenticated;
    create table pgmq.q_open (msg_id bigint);
    create table pgmq.q_parts (msg_id bigint) partition by range (msg_id);
    create table pgmq.q_guarded (msg_id bigint);
    alter table pgmq.q_guarded enable row level security;
    create table pgmq.q_closed (msg_id bigint);
    -- Meant by no pattern but one in which the underscore stands for any letter.
    create table pgmq.quota (id bigint);
    grant select on pgmq.q_open, pgmq.q_parts, pgmq.q_guarded, pgmq.quota to authenticated;`,
  defects: ['pgmq.q_open', 'pgmq.q_parts'],
  decoys: ['pgmq.q_guarded', 'pgmq.q_closed', 'pgmq.quota'],
}
