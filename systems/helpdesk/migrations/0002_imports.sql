-- Up Migration

-- Where people came from who did not register. Nobody's name is taken over by an import.
alter table users add column imported_from text;

-- What was imported, by its name in its data set, so that importing again adds nothing twice.
create table imports (
  source text not null,
  key text not null,
  conversation_id bigint not null,
  primary key (source, key)
);
