-- About 500,000 rows, the same each time: every value is computed from the row's number, and the
-- clock of the demo stands still at 1 November 2026. `:scale` is replaced by a factor up to 1.
--
-- Organisations have ten members each; a few organisations own most of the conversations, as in
-- real life.

insert into public.plans (id, name, monthly_tokens, price_cents) values
  ('free', 'Free', 100000, 0), ('team', 'Team', 5000000, 4900), ('scale', 'Scale', 50000000, 49900);

insert into public.organisations (id, name, slug, plan_id, created_at)
select md5('organisation ' || n)::uuid, 'Organisation ' || n, 'organisation-' || n,
  (array['free', 'team', 'scale'])[1 + n % 3], timestamptz '2026-01-01 00:00+00' + n * interval '1 day'
from generate_series(1, 200) n;

insert into auth.users (id, aud, role, email, created_at, updated_at)
select md5('user ' || n)::uuid, 'authenticated', 'authenticated', 'user-' || n || '@example.com',
  timestamptz '2026-01-01 00:00+00', timestamptz '2026-01-01 00:00+00'
from generate_series(1, 2000) n;

insert into public.members (org_id, user_id, role, created_at)
select md5('organisation ' || (1 + (n - 1) / 10))::uuid, md5('user ' || n)::uuid,
  case n % 10 when 1 then 'owner' when 2 then 'admin' else 'member' end,
  timestamptz '2026-01-01 00:00+00' + n * interval '1 hour'
from generate_series(1, 2000) n;

insert into public.preferences (user_id, theme, settings, updated_at)
select user_id, 'light', '{"digest": "weekly"}', created_at from public.members;

insert into public.conversations (id, org_id, created_by, title, archived, created_at, updated_at)
select md5('conversation ' || n)::uuid, md5('organisation ' || org)::uuid,
  md5('user ' || ((org - 1) * 10 + 1 + n % 10))::uuid,
  (array['Quarterly review', 'Onboarding', 'Incident', 'Pricing', 'Contract', 'Roadmap'])[1 + n % 6] || ' ' || n,
  n % 9 = 0, started, started + interval '2 days'
from (
  select n, 1 + floor(200 * power((n * 7919 % 10007) / 10007::float8, 2))::integer as org,
    timestamptz '2026-11-01 00:00+00' - (n * 7907 % 20011) * interval '15 minutes' as started
  from generate_series(1, (20000 * :scale)::integer) n
) numbered;

create temporary table seed_conversations on commit preserve rows as
select row_number() over (order by id)::integer as n, id, org_id, created_by, created_at
from public.conversations;
create index on seed_conversations (n);
analyze seed_conversations;

insert into public.messages (org_id, conversation_id, author_id, role, content, tokens, created_at)
select c.org_id, c.id, case when m.n % 2 = 1 then c.created_by end,
  case m.n % 2 when 1 then 'user' else 'assistant' end,
  (array['Summarise', 'Translate', 'Explain', 'Compare', 'Draft', 'Review', 'Check'])[1 + m.n % 7] || ' the '
    || (array['contract', 'invoice', 'incident report', 'forecast', 'policy', 'backlog'])[1 + m.n / 7 % 6]
    || ' of week ' || m.n % 53 || ' for the '
    || (array['board', 'sales team', 'auditors', 'customer', 'engineers'])[1 + m.n / 42 % 5]
    || ', reference ' || md5(m.n::text) || '. ' || repeat('Keep it short. ', 12),
  40 + m.n % 900, c.created_at + m.n * interval '1 second'
from generate_series(1, (160000 * :scale)::integer) m(n)
join seed_conversations c on c.n = 1 + m.n * 7919::bigint % (20000 * :scale)::integer
order by m.n;

insert into public.attachments (org_id, message_id, file_name, size_bytes, preview, created_at)
select m.org_id, m.id, 'report-' || m.id || '.pdf', 1000 + m.id % 900000,
  repeat('Figures of reference ' || m.id || ' in detail. ', 32), m.created_at
from public.messages m where m.id % 3 > 0;

insert into public.tool_calls (org_id, message_id, tool, duration_ms)
select m.org_id, m.id, (array['search', 'calendar', 'calculator'])[1 + m.id % 3], 5 + m.id % 700
from public.messages m where m.id % 8 < 5;

insert into public.documents (id, org_id, title, summary, body, metadata, created_at)
select md5('document ' || n)::uuid,
  md5('organisation ' || (1 + floor(200 * power((n * 7919 % 10007) / 10007::float8, 2))::integer))::uuid,
  (array['Contract', 'Invoice', 'Handbook', 'Forecast', 'Minutes'])[1 + n % 5] || ' ' || n,
  'About ' || (array['pricing', 'security', 'hiring', 'travel', 'privacy', 'support', 'delivery'])[1 + n % 7]
    || ' and ' || (array['renewals', 'penalties', 'holidays', 'budgets', 'audits'])[1 + n / 7 % 5]
    || ' in region r' || n % 997 || ' with project p' || n % 4999,
  repeat('Paragraph of document ' || n || '. ', 38),
  jsonb_build_object('language', (array['en', 'de', 'fr'])[1 + n % 3], 'pages', n % 60,
    'source', 'import-' || n % 40, 'checksum', md5(n::text)),
  timestamptz '2026-11-01 00:00+00' - (n * 104729::bigint % 525600) * interval '1 minute'
from generate_series(1, (60000 * :scale)::integer) n;

insert into public.usage_events (org_id, user_id, kind, model, tokens, created_at)
select md5('organisation ' || (1 + (u - 1) / 10))::uuid, md5('user ' || u)::uuid,
  (array['completion', 'embedding', 'search'])[1 + n % 3], (array['small', 'large'])[1 + n % 2],
  10 + n % 4000, timestamptz '2026-11-01 00:00+00' - (n * 104729::bigint % 129600) * interval '1 minute'
from (
  select n, 1 + floor(2000 * power((n * 7919::bigint % 100003) / 100003::float8, 1.5))::integer as u
  from generate_series(1, (50000 * :scale)::integer) n
) numbered;

drop table seed_conversations;
