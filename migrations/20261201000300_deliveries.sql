-- Deliveries: the outbox of results on their way to chats, mailboxes and webhooks, and how budgets stand.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261201000300_deliveries', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.deliveries (
    id text primary key,
    job text not null,
    window_key text not null,
    sink text not null,
    state text not null default 'waiting' check (
      state in ('waiting', 'sending', 'delivered', 'quiet', 'superseded', 'refused', 'uncertain', 'expired')),
    created_at timestamptz not null default clock_timestamp(),
    due_at timestamptz not null default clock_timestamp(),
    settled_at timestamptz,
    lease_until timestamptz,
    holder uuid,
    in_flight boolean not null default false,
    attempts integer not null default 0,
    error text,
    source jsonb,
    told jsonb,
    unique (job, window_key, sink)
  );
  create index deliveries_unsettled on supascope.deliveries (created_at) where state in ('waiting', 'sending');
  create index deliveries_told on supascope.deliveries (job, sink) where told is not null;
  create index deliveries_settled on supascope.deliveries (settled_at) where settled_at is not null;
  comment on table supascope.deliveries is
    'The outbox. A row is claimed by a lease; it holds neither address nor password of where it goes. Delivering prunes it.';
  comment on column supascope.deliveries.in_flight is
    'True while the message is on its way: who dies then leaves a delivery of which nobody knows whether it arrived.';
  comment on column supascope.deliveries.source is 'The result; taken out when the delivery has ended.';
  comment on column supascope.deliveries.told is
    'What the place knows to be open, by the last delivery of its job: what the next result is compared with.';

  create table supascope.budget_states (
    budget text primary key,
    state text not null check (state in ('ok', 'raised')),
    since timestamptz not null,
    judged_to timestamptz not null,
    verdicts jsonb not null,
    updated_at timestamptz not null default clock_timestamp()
  );
  comment on table supascope.budget_states is
    'How each budget stands, and the verdicts on its last windows. Judging forgets budgets that nobody judged for 30 days.';

  perform supascope.close_table('supascope.deliveries');
  perform supascope.close_table('supascope.budget_states');
end
$migration$;
