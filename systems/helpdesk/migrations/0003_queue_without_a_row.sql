-- Up Migration

-- Who changes the queue no longer locks a row of the queue: by the transaction, readers find what is new to them.
-- Null: never in the queue, or not since this migration.
alter table conversations add column queue_changed_by xid8;
alter table conversations alter column queue_changed_by set default pg_current_xact_id();
drop index conversations_in_queue_order;
create index conversations_changed_in_queue on conversations (queue_changed_by);

delete from audiences where id = 9223372036854775807;
alter table audiences drop column waiting;
