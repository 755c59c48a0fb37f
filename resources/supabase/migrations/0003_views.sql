-- Backhaul, views for analysts. Running it again does no harm.
--
-- A state row is a change, not a sample: counting rows would count restlessness. Everything here is
-- weighted by time. A state lasts until the next change of the same zone in the same session; the last
-- one until the session's end (end_time, else start_time + total_frames / fps, else the session's last
-- change). Time between sessions counts as not observed. One state counts at most 24 hours, so that one
-- wrong clock cannot drown everything else.
-- Hours are those of the location's own time zone; `hour` is their beginning as a point in time,
-- `local_hour` the same on the store's clock.
-- security_invoker: whoever reads a view sees the rows that they may see in the tables.

-- The zone's name if the database knows it, else UTC: a mistyped zone must not break a view for all.
create or replace function public.backhaul_zone(name text) returns text
  language plpgsql stable set search_path = ''
  as $$
begin
  perform now() at time zone name;
  return coalesce(name, 'UTC');
exception when invalid_parameter_value then
  return 'UTC';
end
$$;

create or replace view public."ASE_session_spans" with (security_invoker = true) as
  select location_id, session_id, start_time,
    coalesce(end_time,
      case when fps between 0.01 and 1000 and total_frames between 0 and 1000000000
        then start_time + make_interval(secs => total_frames / fps) end) as end_time
  from public."ASE_sessions";

create or replace view public."ASE_division_intervals" with (security_invoker = true) as
  select location_id, session_id, camera_id, state, from_time,
    least(greatest(until_time, from_time), from_time + interval '24 hours') as until_time
  from (
    select d.location_id, d.session_id, d.camera_id, d.state, d.timestamp_recorded as from_time,
      coalesce(
        lead(d.timestamp_recorded) over (
          partition by d.location_id, d.session_id, d.camera_id order by d.frame_number),
        s.end_time,
        max(d.timestamp_recorded) over (partition by d.location_id, d.session_id)) as until_time
    from public."ASE_division_states" d
    left join public."ASE_session_spans" s using (location_id, session_id)
  ) changes;

create or replace view public."ASE_table_intervals" with (security_invoker = true) as
  select location_id, session_id, camera_id, table_id, state, customers_count, from_time,
    least(greatest(until_time, from_time), from_time + interval '24 hours') as until_time
  from (
    select t.location_id, t.session_id, t.camera_id, t.table_id, t.state, t.customers_count,
      t.timestamp_recorded as from_time,
      coalesce(
        lead(t.timestamp_recorded) over (
          partition by t.location_id, t.session_id, t.camera_id, t.table_id order by t.frame_number),
        s.end_time,
        max(t.timestamp_recorded) over (partition by t.location_id, t.session_id)) as until_time
    from public."ASE_table_states" t
    left join public."ASE_session_spans" s using (location_id, session_id)
  ) changes;

-- Occupancy per table and hour. BUSY: customers and no waiter at the table; CLEANING: a waiter is at it.
-- occupancy is the share of the observed time that is BUSY, in_use_share that is BUSY or CLEANING.
create or replace view public."ASE_table_occupancy_hourly" with (security_invoker = true) as
  with zones as materialized (
    select location_id, public.backhaul_zone(timezone) as zone from public."ASE_locations"
  ), slices as (
    select i.location_id, i.camera_id, i.table_id, i.state, i.customers_count, h.hour, z.zone,
      extract(epoch from least(i.until_time, h.hour + interval '1 hour') - greatest(i.from_time, h.hour)) as seconds
    from public."ASE_table_intervals" i
    join zones z using (location_id)
    cross join lateral generate_series(
      date_trunc('hour', i.from_time, z.zone), i.until_time, interval '1 hour') as h(hour)
    where i.from_time < i.until_time and h.hour < i.until_time
  )
  select location_id, camera_id, table_id, hour, hour at time zone zone as local_hour,
    round(sum(seconds), 3) as observed_seconds,
    round(coalesce(sum(seconds) filter (where state = 'BUSY'), 0), 3) as busy_seconds,
    round(coalesce(sum(seconds) filter (where state = 'CLEANING'), 0), 3) as cleaning_seconds,
    round(coalesce(sum(seconds) filter (where state = 'IDLE'), 0), 3) as idle_seconds,
    round(coalesce(sum(seconds) filter (where state = 'BUSY'), 0) / sum(seconds), 4) as occupancy,
    round(coalesce(sum(seconds) filter (where state <> 'IDLE'), 0) / sum(seconds), 4) as in_use_share,
    round(sum(customers_count * seconds) / sum(seconds), 2) as average_customers
  from slices
  group by location_id, camera_id, table_id, hour, zone;

-- Share of RED (nobody of the staff in the division) per division and hour.
create or replace view public."ASE_division_red_hourly" with (security_invoker = true) as
  with zones as materialized (
    select location_id, public.backhaul_zone(timezone) as zone from public."ASE_locations"
  ), slices as (
    select i.location_id, i.camera_id, i.state, h.hour, z.zone,
      extract(epoch from least(i.until_time, h.hour + interval '1 hour') - greatest(i.from_time, h.hour)) as seconds
    from public."ASE_division_intervals" i
    join zones z using (location_id)
    cross join lateral generate_series(
      date_trunc('hour', i.from_time, z.zone), i.until_time, interval '1 hour') as h(hour)
    where i.from_time < i.until_time and h.hour < i.until_time
  )
  select s.location_id, s.camera_id, c.division_name, s.hour, s.hour at time zone s.zone as local_hour,
    round(sum(s.seconds), 3) as observed_seconds,
    round(coalesce(sum(s.seconds) filter (where s.state = 'RED'), 0), 3) as red_seconds,
    round(coalesce(sum(s.seconds) filter (where s.state = 'YELLOW'), 0), 3) as yellow_seconds,
    round(coalesce(sum(s.seconds) filter (where s.state = 'GREEN'), 0), 3) as green_seconds,
    round(coalesce(sum(s.seconds) filter (where s.state = 'RED'), 0) / sum(s.seconds), 4) as red_share
  from slices s
  left join public."ASE_cameras" c using (location_id, camera_id)
  group by s.location_id, s.camera_id, c.division_name, s.hour, s.zone;

-- The same over all the time that the cloud holds, per location and over all that the reader may see.
create or replace view public."ASE_red_share_by_location" with (security_invoker = true) as
  select i.location_id, l.restaurant_name, count(distinct i.camera_id) as divisions,
    min(i.from_time) as observed_from, max(i.until_time) as observed_until,
    round(sum(extract(epoch from i.until_time - i.from_time)), 3) as observed_seconds,
    round(coalesce(sum(extract(epoch from i.until_time - i.from_time)) filter (where i.state = 'RED'), 0), 3)
      as red_seconds,
    round(coalesce(sum(extract(epoch from i.until_time - i.from_time)) filter (where i.state = 'RED'), 0)
      / nullif(sum(extract(epoch from i.until_time - i.from_time)), 0), 4) as red_share
  from public."ASE_division_intervals" i
  join public."ASE_locations" l using (location_id)
  group by i.location_id, l.restaurant_name;

create or replace view public."ASE_red_share_overall" with (security_invoker = true) as
  select count(*) as locations, sum(divisions) as divisions,
    min(observed_from) as observed_from, max(observed_until) as observed_until,
    coalesce(sum(observed_seconds), 0) as observed_seconds, coalesce(sum(red_seconds), 0) as red_seconds,
    round(sum(red_seconds) / nullif(sum(observed_seconds), 0), 4) as red_share
  from public."ASE_red_share_by_location";

revoke all on function public.backhaul_zone(text) from public, anon;

do $$
declare
  readers constant text := 'authenticated, service_role'
    || case when exists (select from pg_roles where rolname = 'analyst') then ', analyst' else '' end;
  target text;
begin
  execute format('grant execute on function public.backhaul_zone(text) to %s', readers);
  foreach target in array array['ASE_session_spans', 'ASE_division_intervals', 'ASE_table_intervals',
    'ASE_table_occupancy_hourly', 'ASE_division_red_hourly', 'ASE_red_share_by_location',
    'ASE_red_share_overall']
  loop
    execute format('revoke all on table public.%I from public, anon, authenticated', target);
    execute format('grant select on table public.%I to %s', target, readers);
  end loop;
end
$$;

insert into public.backhaul_migrations (name) values ('0003_views') on conflict (name) do nothing;
notify pgrst, 'reload schema';
