-- Keys and indexes, made after the load because that is faster. What is missing here is missing on
-- purpose.

alter table public.organisations add foreign key (plan_id) references public.plans;
alter table public.members add foreign key (org_id) references public.organisations on delete cascade;
alter table public.members add foreign key (user_id) references auth.users on delete cascade;
alter table public.conversations add foreign key (org_id) references public.organisations on delete cascade;
alter table public.messages add foreign key (org_id) references public.organisations on delete cascade;
alter table public.messages
  add foreign key (conversation_id) references public.conversations on delete cascade;
alter table public.attachments add foreign key (org_id) references public.organisations on delete cascade;
alter table public.tool_calls add foreign key (org_id) references public.organisations on delete cascade;
alter table public.tool_calls add foreign key (message_id) references public.messages on delete cascade;
alter table public.documents add foreign key (org_id) references public.organisations on delete cascade;
alter table public.usage_events add foreign key (org_id) references public.organisations on delete cascade;

-- Trouble (a): no index on attachments.message_id, which a screen filters by.
alter table public.attachments add foreign key (message_id) references public.messages on delete cascade;

create index members_user_id_idx on public.members (user_id);
create index conversations_updated_at_idx on public.conversations (updated_at desc);
create index messages_conversation_id_created_at_idx on public.messages (conversation_id, created_at desc);
create index tool_calls_message_id_idx on public.tool_calls (message_id);
create index usage_events_org_id_created_at_idx on public.usage_events (org_id, created_at);

-- Trouble (d): serves match_documents and the role postgres, but never authenticated.
create index documents_search_idx on public.documents using gin (search);

-- Trouble (g): deploy.sql drops this one half-way through the workload.
create index messages_author_id_created_at_idx on public.messages (author_id, created_at desc);

-- Trouble (b): no index on usage_events.user_id, which the policy compares.

analyze public.plans, public.organisations, public.members, public.preferences, public.conversations,
  public.messages, public.attachments, public.tool_calls, public.documents, public.usage_events;
