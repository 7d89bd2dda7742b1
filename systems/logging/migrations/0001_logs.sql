-- Up Migration

-- One row per record. The id is a UUIDv7 that begins with the timestamp, so (timestamp, id) is the order of the
-- id as well, and one probe of the only B-tree finds a record.
create table logs (
  id uuid not null,
  timestamp timestamptz(3) not null,
  level text not null,
  service text,
  message text not null,
  received_at timestamptz(3) not null
) partition by range (timestamp);

create unique index logs_newest on logs (timestamp desc, id desc);
create index logs_received on logs using brin (received_at);

-- Whatever lies outside the partitions made ahead: kept by the time it was received.
create table logs_default partition of logs default;

-- What each worker has done, written in the transaction that does it: how far the queue has been worked
-- off, and how many batches the cache of the newest records must have seen.
create table worker_progress (
  worker uuid primary key,
  batches bigint not null,
  worked_through timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

-- Ingest keys. The key itself is shown once and never kept.
create table ingest_keys (
  id bigint generated always as identity primary key,
  name text not null,
  hash bytea not null unique,
  scope text not null check (scope in ('write', 'read')),
  records_per_second integer check (records_per_second > 0),
  bytes_per_second integer check (bytes_per_second > 0),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
