-- Up Migration

-- As in 0002, but for whoever asks again while they wait: how many wait before them is null, and is counted by a statement
-- of its own. A count of the waiting list is work for its length, and the lock of the event would be held for it.
create or replace function register_for_event(
  given_event bigint, given_user bigint, most_waiting integer
) returns table (verdict text, waiting_before bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  event events;
  mine registrations;
  before bigint;
begin
  if not exists (select 1 from users where id = given_user) then
    return query select 'nobody', 0::bigint; return;
  end if;
  select * into event from events where id = given_event for no key update;
  if not found then return query select 'absent', 0::bigint; return; end if;
  select * into mine from registrations where event_id = given_event and user_id = given_user;
  if not found then
    if clock_timestamp() not between event.opens_at and event.closes_at then
      return query select 'closed', 0::bigint; return;
    end if;
    if event.registered >= event.capacity and event.waiting >= most_waiting then
      return query select 'full', 0::bigint; return;
    end if;
    insert into registrations (event_id, user_id, status, at) values (given_event, given_user,
      case when event.registered < event.capacity then 'registered' else 'waiting' end,
      clock_timestamp()) returning * into mine;
    before := event.waiting;
    update events set
      registered = registered + (mine.status = 'registered')::integer,
      waiting = waiting + (mine.status = 'waiting')::integer
    where id = given_event;
  end if;
  return query select mine.status, case when mine.status = 'waiting' then before else 0 end;
end $$;
