-- Up Migration

-- One row per chat that has messages: the counter under which messages are numbered and timed. Whoever inserts
-- holds its row until the commit, so the messages of a chat become visible in the order of their numbers.
create table chats (
  chat text collate "C" primary key,
  last_seq bigint not null,
  last_time bigint not null
) with (fillfactor = 50);

-- A chat lies in one partition. `send_time` is in microseconds since 1970 and unique per chat, so a page begins
-- exactly where a cursor says.
create table messages (
  chat text collate "C" not null,
  seq bigint not null,
  send_time bigint not null,
  sender text collate "C" not null,
  text text not null,
  client_id text collate "C",
  primary key (chat, seq)
) partition by hash (chat);

create table messages_0 partition of messages for values with (modulus 8, remainder 0);
create table messages_1 partition of messages for values with (modulus 8, remainder 1);
create table messages_2 partition of messages for values with (modulus 8, remainder 2);
create table messages_3 partition of messages for values with (modulus 8, remainder 3);
create table messages_4 partition of messages for values with (modulus 8, remainder 4);
create table messages_5 partition of messages for values with (modulus 8, remainder 5);
create table messages_6 partition of messages for values with (modulus 8, remainder 6);
create table messages_7 partition of messages for values with (modulus 8, remainder 7);

create unique index messages_by_time on messages (chat, send_time);

-- A message that is sent again under the name that its client gave it is the same message.
create unique index messages_by_client on messages (chat, sender, client_id)
  where client_id is not null;
