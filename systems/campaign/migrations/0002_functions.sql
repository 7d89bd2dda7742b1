-- Up Migration

-- What has to look again after it has got its locks. Each statement of such a function sees what was committed
-- before it began, which a single statement with its one snapshot does not: it would take the earliest and latest
-- check-in of a team from before whoever it waited for.

-- Looks at the earliest and latest check-in of teams whose scores are locked, and marks them as changed.
create function settle(given_teams bigint[], starts timestamptz) returns void language sql volatile
begin atomic
  update scores s set
    earliest = greatest(first.at, starts),
    latest = greatest(last.at, starts),
    version = s.version + 1,
    changed_by = pg_current_xact_id()
  from unnest(given_teams) as given (id)
  left join lateral (
    select at from last_checkins where team_id = given.id order by at limit 1
  ) as first on true
  left join lateral (
    select at from last_checkins where team_id = given.id order by at desc limit 1
  ) as last on true
  where s.team_id = given.id;
end;

-- Sets the last check-in of users whose rows are locked, as are the scores of all their teams.
create function set_last_checkin(given_users bigint[], moments timestamptz[]) returns void
language sql volatile
begin atomic
  with changed as materialized (
    select given.id, given.moment, u.last_checkin_at as before
    from unnest(given_users, moments) as given (id, moment)
    join users u on u.id = given.id
  ), kept as (
    update users u set last_checkin_at = changed.moment from changed where u.id = changed.id
  )
  update last_checkins l set at = coalesce(changed.moment, '-infinity')
  from changed join members m on m.user_id = changed.id
  where l.team_id = m.team_id and l.at = coalesce(changed.before, '-infinity')
    and l.user_id = changed.id;
end;

-- Check-ins of many users. Row n of the answer is what became of the nth: stored, repeated (its nonce had been
-- stored with the same content), taken (with another content), absent (there is no such user). Rows 0 are the
-- scores that changed.
create function check_in(
  given_users bigint[], given_contents text[], given_images text[], given_nonces text[],
  starts timestamptz
) returns table (place bigint, checkin_id bigint, verdict text, team_id bigint, team_name text,
  score double precision, version bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  moment timestamptz;
  ids bigint[];
  stored bigint[];
  fresh bigint[];
  moved bigint[];
begin
  perform 1 from users where id = any (given_users) order by id for no key update;
  moment := clock_timestamp();
  ids := array(select nextval('checkins_id_seq') from generate_subscripts(given_users, 1));
  with written as (
    insert into checkins (id, user_id, user_name, content, image, nonce, at)
    select given.id, u.id, u.user_name, given.content, given.image, given.nonce, moment
    from unnest(ids, given_users, given_contents, given_images, given_nonces)
      as given (id, user_id, content, image, nonce)
    join users u on u.id = given.user_id
    on conflict (user_id, nonce) do nothing
    returning id, user_id
  ), entered as (
    insert into ledger (kind, at, user_id, checkin_id)
    select 'checked in', moment, user_id, id from written
  )
  select coalesce(array_agg(id), '{}'), array_agg(distinct user_id) into stored, fresh from written;
  moved := array(select distinct m.team_id from members m where m.user_id = any (fresh));
  perform 1 from scores s where s.team_id = any (moved) order by s.team_id for no key update;
  -- The clock may have been set back.
  perform set_last_checkin(array_agg(u.id), array_agg(greatest(u.last_checkin_at, moment)))
  from users u where u.id = any (fresh);
  perform settle(moved, starts);
  return query
    select given.place, given.id, 'stored', null::bigint, null::text, null::double precision,
      null::bigint
    from unnest(ids) with ordinality as given (id, place) where given.id = any (stored)
    union all
    select given.place, other.id, case
      when other.id is null then 'absent'
      when other.content = given.content then 'repeated'
      else 'taken' end, null, null, null, null
    from unnest(ids, given_users, given_contents, given_nonces)
      with ordinality as given (id, user_id, content, nonce, place)
    left join checkins other on other.user_id = given.user_id and other.nonce = given.nonce
    where not given.id = any (stored)
    union all
    select 0, null, null, s.team_id, s.team_name, s.score, s.version from scores s
    where s.team_id = any (moved);
end $$;

-- Gives the members' weights to their teams anew: `changed` is the team that a user came to or left, `others`
-- are those that the user is in before and after. The scores of all of them are locked by this.
create function reweigh(
  member users, changed bigint, others bigint[], change integer, starts timestamptz
) returns void language plpgsql as $$
declare
  apart bigint := weight_of(cardinality(others));
  together bigint := weight_of(cardinality(others) + 1);
begin
  perform 1 from scores s where s.team_id = any (others || changed)
    order by s.team_id for no key update;
  update scores s set
    members = s.members + delta.members,
    total_units = s.total_units + delta.units,
    new_units = s.new_units + case when member.is_old_customer then 0 else delta.units end
  from (
    select changed as id, change as members, change * together as units
    union all
    select one, 0, change * (together - apart) from unnest(others) as one
  ) as delta
  where s.team_id = delta.id;
  perform settle(others || changed, starts);
end $$;

-- One user joins one team. The verdict: joined, nobody (no such user), absent (no such team), member (already),
-- many (no more teams for this user).
create function join_team(given_user bigint, given_key text, most integer, starts timestamptz)
returns table (verdict text, team_id bigint, team_name text, score double precision, version bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  member users;
  wanted bigint;
  others bigint[];
  moment timestamptz;
begin
  select * into member from users where id = given_user for no key update;
  if not found then return query select 'nobody', null::bigint, null::text, null::double precision, null::bigint; return; end if;
  select id into wanted from teams where name_key = given_key;
  if not found then return query select 'absent', null::bigint, null::text, null::double precision, null::bigint; return; end if;
  others := array(select m.team_id from members m where m.user_id = given_user);
  if cardinality(others) >= most and not wanted = any (others) then
    return query select 'many', null::bigint, null::text, null::double precision, null::bigint; return;
  end if;
  moment := clock_timestamp();
  insert into members (team_id, user_id, user_name, joined_at)
  values (wanted, given_user, member.user_name, moment) on conflict do nothing;
  if not found then return query select 'member', null::bigint, null::text, null::double precision, null::bigint; return; end if;
  insert into last_checkins (team_id, at, user_id)
  values (wanted, coalesce(member.last_checkin_at, '-infinity'), given_user);
  insert into ledger (kind, at, user_id, team_id) values ('joined', moment, given_user, wanted);
  perform reweigh(member, wanted, others, 1, starts);
  return query select 'joined', s.team_id, s.team_name, s.score, s.version from scores s
    where s.team_id = any (others || wanted) order by s.team_id <> wanted;
end $$;

-- One user leaves one team. The verdict: left, absent (no such team), stranger (not a member).
create function leave_team(given_user bigint, given_key text, starts timestamptz)
returns table (verdict text, team_id bigint, team_name text, score double precision, version bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  member users;
  wanted bigint;
  others bigint[];
begin
  select * into member from users where id = given_user for no key update;
  select id into wanted from teams where name_key = given_key;
  if not found then return query select 'absent', null::bigint, null::text, null::double precision, null::bigint; return; end if;
  delete from members m where m.team_id = wanted and m.user_id = given_user;
  if not found then return query select 'stranger', null::bigint, null::text, null::double precision, null::bigint; return; end if;
  delete from last_checkins l where l.team_id = wanted and l.user_id = given_user
    and l.at = coalesce(member.last_checkin_at, '-infinity');
  others := array(select m.team_id from members m where m.user_id = given_user);
  insert into ledger (kind, at, user_id, team_id) values ('left', clock_timestamp(), given_user, wanted);
  perform reweigh(member, wanted, others, -1, starts);
  return query select 'left', s.team_id, s.team_name, s.score, s.version from scores s
    where s.team_id = any (others || wanted) order by s.team_id <> wanted;
end $$;

-- An admin takes a check-in back; the scores follow. The verdict: invalidated, already, absent, forbidden. The first two
-- come with the key of its image.
create function invalidate_checkin(given_checkin bigint, given_admin bigint, starts timestamptz)
returns table (verdict text, team_id bigint, team_name text, score double precision, version bigint,
  image text)
language plpgsql as $$
#variable_conflict use_column
declare
  owner bigint;
  picture text;
  remaining timestamptz;
  moved bigint[];
begin
  if not exists (select 1 from users where id = given_admin and is_admin) then
    return query select 'forbidden', null::bigint, null::text, null::double precision, null::bigint, null::text; return;
  end if;
  select c.user_id, c.image into owner, picture from checkins c where c.id = given_checkin;
  if not found then return query select 'absent', null::bigint, null::text, null::double precision, null::bigint, null::text; return; end if;
  perform 1 from users where id = owner for no key update;
  update checkins set invalidated_at = clock_timestamp()
  where id = given_checkin and invalidated_at is null;
  if not found then return query select 'already', null::bigint, null::text, null::double precision, null::bigint, picture; return; end if;
  insert into ledger (kind, at, user_id, checkin_id, admin_id)
  values ('invalidated', clock_timestamp(), owner, given_checkin, given_admin);
  select max(at) into remaining from checkins where user_id = owner and invalidated_at is null;
  moved := array(select m.team_id from members m where m.user_id = owner);
  perform 1 from scores s where s.team_id = any (moved) order by s.team_id for no key update;
  perform set_last_checkin(array[owner], array[remaining]);
  perform settle(moved, starts);
  return query select 'invalidated', null::bigint, null::text, null::double precision, null::bigint, picture
    union all select 'changed', s.team_id, s.team_name, s.score, s.version, null from scores s
    where s.team_id = any (moved);
end $$;

-- One user asks for a place. The verdict: registered, waiting, closed (outside of the window), full (nobody more
-- may wait), absent, nobody. Asking again changes nothing and has the same answer.
create function register_for_event(given_event bigint, given_user bigint, most_waiting integer)
returns table (verdict text, waiting_before bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  event events;
  mine registrations;
  before bigint := 0;
begin
  if not exists (select 1 from users where id = given_user) then
    return query select 'nobody', 0::bigint; return;
  end if;
  select * into event from events where id = given_event for no key update;
  if not found then return query select 'absent', 0::bigint; return; end if;
  select * into mine from registrations where event_id = given_event and user_id = given_user;
  if found and mine.status = 'waiting' then
    select count(*) into before from registrations
    where event_id = given_event and status = 'waiting' and id < mine.id;
  elsif mine.id is null then
    if clock_timestamp() not between event.opens_at and event.closes_at then
      return query select 'closed', 0::bigint; return;
    end if;
    if event.registered >= event.capacity and event.waiting >= most_waiting then
      return query select 'full', 0::bigint; return;
    end if;
    insert into registrations (event_id, user_id, status, at) values (given_event, given_user,
      case when event.registered < event.capacity then 'registered' else 'waiting' end,
      clock_timestamp()) returning * into mine;
    before := case when mine.status = 'waiting' then event.waiting else 0 end;
    update events set
      registered = registered + (mine.status = 'registered')::integer,
      waiting = waiting + (mine.status = 'waiting')::integer
    where id = given_event;
  end if;
  return query select mine.status, before;
end $$;

-- One user gives a place back; whoever waits longest gets it. The verdict: cancelled, closed, absent, stranger.
create function cancel_registration(given_event bigint, given_user bigint)
returns table (verdict text) language plpgsql as $$
#variable_conflict use_column
declare
  event events;
  given_up text;
  next_user bigint;
begin
  select * into event from events where id = given_event for no key update;
  if not found then return query select 'absent'; return; end if;
  if not exists (select 1 from registrations where event_id = given_event and user_id = given_user) then
    return query select 'stranger'; return;
  end if;
  if clock_timestamp() > event.closes_at then return query select 'closed'; return; end if;
  delete from registrations where event_id = given_event and user_id = given_user
    returning status into given_up;
  if given_up = 'waiting' then
    update events set waiting = waiting - 1 where id = given_event;
  else
    update registrations set status = 'registered'
    where event_id = given_event and id = (
      select id from registrations where event_id = given_event and status = 'waiting'
      order by id limit 1
    ) returning user_id into next_user;
    if next_user is null then
      update events set registered = registered - 1 where id = given_event;
    else
      update events set waiting = waiting - 1 where id = given_event;
    end if;
  end if;
  return query select 'cancelled';
end $$;
