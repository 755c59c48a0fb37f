-- Backhaul, verification: what a box holds and what is here are compared inside both databases.
-- Needs 0001_schema. Running it again does no harm.
--
-- The fingerprint of a record is made of its frame number, state and counts with integer arithmetic only, so
-- that SQLite and PostgreSQL come to the same number; sums do not depend on order and can be added up.

create or replace function public.backhaul_fingerprint(frame bigint, folded bigint) returns bigint
  language sql immutable parallel safe set search_path = ''
  as $$
    select (mixed * mixed % 2147483647 * 1103 + 13) % 2147483647
    from (
      select (((m * m) % 2147483647 * 1103 + 7) % 2147483647 + folded % 2147483647) % 2147483647 as mixed
      from (select ((frame % 2147483647) * 48271 + 11) % 2147483647 as m) as first_step
    ) as second_step
  $$;

create or replace function public.backhaul_division_fold(state text, walking integer, service integer, staff integer)
  returns bigint
  language sql immutable parallel safe set search_path = ''
  as $$
    select case state when 'RED' then 1 when 'YELLOW' then 2 when 'GREEN' then 3 else 9 end::bigint * 7919
      + coalesce(walking, -1)::bigint * 104729 + coalesce(service, -1)::bigint * 1299709
      + coalesce(staff, -1)::bigint * 15485863
  $$;

create or replace function public.backhaul_table_fold(state text, customers integer, waiters integer) returns bigint
  language sql immutable parallel safe set search_path = ''
  as $$
    select case state when 'IDLE' then 1 when 'BUSY' then 2 when 'CLEANING' then 3 else 9 end::bigint * 7919
      + coalesce(customers, -1)::bigint * 104729 + coalesce(waiters, -1)::bigint * 1299709
  $$;

-- For each camera (and table) of the sessions: [session, camera, table, count, sum of frames, sum of fingerprints].
-- Sums travel as text, they may pass 2^53. Security invoker: a device sees its own location only.
create or replace function public.backhaul_verify(p_location text, p_stream text, p_sessions text[]) returns jsonb
  language sql stable security invoker set search_path = ''
  as $$
    select coalesce(jsonb_agg(jsonb_build_array(session_id, camera_id, table_id, n, frames::text, prints::text)), '[]')
    from (
      select session_id, camera_id, '' as table_id, count(*) as n, sum(frame_number % 2147483647) as frames,
        sum(public.backhaul_fingerprint(frame_number, public.backhaul_division_fold(
          state, walking_area_waiters, service_area_waiters, total_staff))) as prints
      from public."ASE_division_states"
      where p_stream = 'division_states' and location_id = p_location and session_id = any (p_sessions)
      group by session_id, camera_id
      union all
      select session_id, camera_id, table_id, count(*), sum(frame_number % 2147483647),
        sum(public.backhaul_fingerprint(frame_number,
          public.backhaul_table_fold(state, customers_count, waiters_count)))
      from public."ASE_table_states"
      where p_stream = 'table_states' and location_id = p_location and session_id = any (p_sessions)
      group by session_id, camera_id, table_id
    ) as tallies
  $$;

-- The records of one session as [camera, table, frame, fingerprint], asked only where the sums differ.
create or replace function public.backhaul_session_fingerprints(p_location text, p_stream text, p_session text)
  returns jsonb
  language sql stable security invoker set search_path = ''
  as $$
    select coalesce(jsonb_agg(jsonb_build_array(camera_id, table_id, frame_number::text, print)), '[]')
    from (
      select camera_id, '' as table_id, frame_number,
        public.backhaul_fingerprint(frame_number, public.backhaul_division_fold(
          state, walking_area_waiters, service_area_waiters, total_staff)) as print
      from public."ASE_division_states"
      where p_stream = 'division_states' and location_id = p_location and session_id = p_session
      union all
      select camera_id, table_id, frame_number,
        public.backhaul_fingerprint(frame_number, public.backhaul_table_fold(state, customers_count, waiters_count))
      from public."ASE_table_states"
      where p_stream = 'table_states' and location_id = p_location and session_id = p_session
    ) as records
  $$;

do $$
declare
  signature text;
begin
  foreach signature in array array[
    'public.backhaul_fingerprint(bigint, bigint)',
    'public.backhaul_division_fold(text, integer, integer, integer)',
    'public.backhaul_table_fold(text, integer, integer)',
    'public.backhaul_verify(text, text, text[])',
    'public.backhaul_session_fingerprints(text, text, text)'
  ] loop
    execute format('revoke all on function %s from public, anon', signature);
    execute format('grant execute on function %s to authenticated, service_role', signature);
    if exists (select from pg_roles where rolname = 'analyst') then
      execute format('grant execute on function %s to analyst', signature);
    end if;
  end loop;
end
$$;

insert into public.backhaul_migrations (name) values ('0002_verify') on conflict (name) do nothing;
notify pgrst, 'reload schema';
