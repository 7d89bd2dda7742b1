-- Up Migration

-- Another epoch begins whenever records go away, in the transaction that removes them: what a cache holds of the
-- epoch before is void.
create table newest_epoch (
  one boolean primary key default true check (one),
  epoch uuid not null
);

insert into newest_epoch (epoch) values (gen_random_uuid());
