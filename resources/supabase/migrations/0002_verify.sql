-- Backhaul, verification: what a box holds and what is here are compared inside both databases.
-- Needs 0001_schema. Running it again does no harm.
--
-- The fingerprint of a record is made of its frame number, state and counts with integer arithmetic only, so
-- that SQLite and PostgreSQL come to the same number; sums do not depend on order and can be added up.

-- The arithmetic stands in views, not in functions: PostgreSQL does not inline a function of several steps, and a
-- call for each row takes ten times as long. Security invoker: a device sees its own location only.

create or replace view public.backhaul_division_prints with (security_invoker = true) as
  select location_id, session_id, camera_id, '' as table_id, frame_number,
    (mixed * mixed % 2147483647 * 1103 + 13) % 2147483647 as print
  from (
    select location_id, session_id, camera_id, frame_number,
      ((m * m % 2147483647 * 1103 + 7) % 2147483647 + folded % 2147483647) % 2147483647 as mixed
    from (
      select location_id, session_id, camera_id, frame_number,
        ((frame_number % 2147483647) * 48271 + 11) % 2147483647 as m,
        case state when 'RED' then 1 when 'YELLOW' then 2 when 'GREEN' then 3 else 9 end::bigint * 7919
          + coalesce(walking_area_waiters, -1)::bigint * 104729
          + coalesce(service_area_waiters, -1)::bigint * 1299709
          + coalesce(total_staff, -1)::bigint * 15485863 as folded
      from public."ASE_division_states"
    ) as first_step
  ) as second_step;

create or replace view public.backhaul_table_prints with (security_invoker = true) as
  select location_id, session_id, camera_id, table_id, frame_number,
    (mixed * mixed % 2147483647 * 1103 + 13) % 2147483647 as print
  from (
    select location_id, session_id, camera_id, table_id, frame_number,
      ((m * m % 2147483647 * 1103 + 7) % 2147483647 + folded % 2147483647) % 2147483647 as mixed
    from (
      select location_id, session_id, camera_id, table_id, frame_number,
        ((frame_number % 2147483647) * 48271 + 11) % 2147483647 as m,
        case state when 'IDLE' then 1 when 'BUSY' then 2 when 'CLEANING' then 3 else 9 end::bigint * 7919
          + coalesce(customers_count, -1)::bigint * 104729
          + coalesce(waiters_count, -1)::bigint * 1299709 as folded
      from public."ASE_table_states"
    ) as first_step
  ) as second_step;

-- For each camera (and table) of the sessions: [session, camera, table, count, sum of frames, sum of fingerprints].
-- Sums travel as text, they may pass 2^53.
create or replace function public.backhaul_verify(p_location text, p_stream text, p_sessions text[]) returns jsonb
  language sql stable security invoker set search_path = ''
  as $$
    select coalesce(jsonb_agg(jsonb_build_array(session_id, camera_id, table_id, n, frames::text, prints::text)), '[]')
    from (
      select session_id, camera_id, table_id, count(*) as n, sum(frame_number % 2147483647) as frames, sum(print) as prints
      from public.backhaul_division_prints
      where p_stream = 'division_states' and location_id = p_location and session_id = any (p_sessions)
      group by session_id, camera_id, table_id
      union all
      select session_id, camera_id, table_id, count(*), sum(frame_number % 2147483647), sum(print)
      from public.backhaul_table_prints
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
      select camera_id, table_id, frame_number, print from public.backhaul_division_prints
      where p_stream = 'division_states' and location_id = p_location and session_id = p_session
      union all
      select camera_id, table_id, frame_number, print from public.backhaul_table_prints
      where p_stream = 'table_states' and location_id = p_location and session_id = p_session
    ) as records
  $$;

do $$
declare
  signature text;
  prints text;
  has_analyst constant boolean := exists (select from pg_roles where rolname = 'analyst');
begin
  foreach prints in array array['public.backhaul_division_prints', 'public.backhaul_table_prints'] loop
    execute format('revoke all on table %s from public, anon, authenticated', prints);
    execute format('grant select on table %s to authenticated, service_role', prints);
    if has_analyst then
      execute format('grant select on table %s to analyst', prints);
    end if;
  end loop;
  foreach signature in array array[
    'public.backhaul_verify(text, text, text[])',
    'public.backhaul_session_fingerprints(text, text, text)'
  ] loop
    execute format('revoke all on function %s from public, anon', signature);
    execute format('grant execute on function %s to authenticated, service_role', signature);
    if has_analyst then
      execute format('grant execute on function %s to analyst', signature);
    end if;
  end loop;
end
$$;

insert into public.backhaul_migrations (name) values ('0002_verify') on conflict (name) do nothing;
notify pgrst, 'reload schema';
