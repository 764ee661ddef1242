-- Trouble (g): the migration of a deploy half-way through the workload. It renames the author and,
-- as such migrations do, loses the index on the way back.

drop index public.messages_author_id_created_at_idx;
