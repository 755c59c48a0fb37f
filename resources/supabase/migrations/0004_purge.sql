-- Backhaul, what the cloud keeps: 90 days. Running it again does no harm; run it again after enabling
-- pg_cron, which then calls the purge every night.
--
-- Sessions go whole, by the time of what they saw: a session whose newest state is past goes with all its
-- states, and one that reaches into the kept time keeps them all. So a box that compares itself with the
-- cloud finds a session complete or not at all. A session without states goes by its own times.

create or replace function public.backhaul_purge(older_than interval default interval '90 days') returns jsonb
  language plpgsql set search_path = ''
  as $$
declare
  cutoff constant timestamptz := now() - older_than;
  gone record;
  purged_videos bigint;
begin
  if older_than is null or older_than < interval '0' then
    raise exception 'backhaul_purge needs an age, not %', coalesce(older_than::text, 'null') using errcode = '22023';
  end if;

  -- The states are deleted by name, not by the sessions' cascade, so that they can be counted.
  with past as materialized (
    select s.location_id, s.session_id from public."ASE_sessions" s
    where cutoff > coalesce(
      greatest(
        (select max(d.timestamp_recorded) from public."ASE_division_states" d
          where d.location_id = s.location_id and d.session_id = s.session_id),
        (select max(t.timestamp_recorded) from public."ASE_table_states" t
          where t.location_id = s.location_id and t.session_id = s.session_id)),
      greatest(s.start_time, s.end_time),
      s.created_at)
  ), divisions as (
    delete from public."ASE_division_states" d using past
    where d.location_id = past.location_id and d.session_id = past.session_id returning 1
  ), tables as (
    delete from public."ASE_table_states" t using past
    where t.location_id = past.location_id and t.session_id = past.session_id returning 1
  ), sessions as (
    delete from public."ASE_sessions" s using past
    where s.location_id = past.location_id and s.session_id = past.session_id returning 1
  )
  select (select count(*) from divisions) as divisions, (select count(*) from tables) as tables,
    (select count(*) from sessions) as sessions into gone;

  -- A video's date is text; where it is not a date, the day on which it came to the cloud counts.
  delete from public."ASE_videos" v
  where case
      when v.video_date ~ '^\d{4}-\d{2}-\d{2}' then left(v.video_date, 10)
      when v.video_date ~ '^\d{8}' then format('%s-%s-%s',
        substr(v.video_date, 1, 4), substr(v.video_date, 5, 2), substr(v.video_date, 7, 2))
      else to_char(v.created_at at time zone 'UTC', 'YYYY-MM-DD')
    end < to_char(cutoff at time zone 'UTC', 'YYYY-MM-DD')
    and not exists (select from public."ASE_sessions" s where s.location_id = v.location_id
      and s.camera_id = v.camera_id and s.video_filename = v.video_filename);
  get diagnostics purged_videos = row_count;

  return jsonb_build_object('division_states', gone.divisions, 'table_states', gone.tables,
    'sessions', gone.sessions, 'videos', purged_videos);
end
$$;

revoke all on function public.backhaul_purge(interval) from public, anon, authenticated;
grant execute on function public.backhaul_purge(interval) to service_role;

do $$
begin
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('backhaul-purge', '17 19 * * *', 'select public.backhaul_purge()');
  end if;
end
$$;

insert into public.backhaul_migrations (name) values ('0004_purge') on conflict (name) do nothing;
notify pgrst, 'reload schema';
