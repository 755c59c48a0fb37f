-- Backhaul, cloud schema: tables, keys, indexes, grants and row level security.
-- Needs PostgreSQL 15 or newer. Running it again does no harm.
--
-- Every key carries the location, because two stores may both have a camera_35. Ids that a box
-- counts for itself are never sent; what has no natural key is numbered here.
-- Columns that older scripts filled with free text are text here too: one odd date must not keep a
-- whole parent row, and with it all its children, out of the cloud.

create table if not exists public.backhaul_migrations (
  name text primary key,
  applied_at timestamptz not null default now()
);

-- Tables of the older scripts have the same names and other keys. They are never changed silently.
do $$
declare
  expected record;
begin
  for expected in
    select * from (values
      ('ASE_locations', array['location_id']),
      ('ASE_cameras', array['camera_id', 'location_id']),
      ('ASE_camera_rois', array['camera_id', 'location_id', 'roi_identifier', 'roi_version']),
      ('ASE_videos', array['camera_id', 'location_id', 'video_filename']),
      ('ASE_sessions', array['location_id', 'session_id']),
      ('ASE_division_states', array['camera_id', 'frame_number', 'location_id', 'session_id']),
      ('ASE_table_states', array['camera_id', 'frame_number', 'location_id', 'session_id', 'table_id']),
      ('ASE_sync_status', array['location_id', 'run_key'])
    ) as tables(name, key)
  loop
    if to_regclass(format('public.%I', expected.name)) is not null and not exists (
      select from pg_constraint c
        where c.conrelid = to_regclass(format('public.%I', expected.name)) and c.contype in ('p', 'u')
          and expected.key = (select array_agg(a.attname::text order by a.attname::text)
            from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey))
    ) then
      raise exception 'The table "%" is of another make: it has no key over (%).',
          expected.name, array_to_string(expected.key, ', ')
        using hint = format('Keep it under another name and run this file again: ALTER TABLE public.%I RENAME TO %I;',
          expected.name, expected.name || '_older');
    end if;
  end loop;
end
$$;

create table if not exists public."ASE_locations" (
  location_id text primary key,
  city text,
  restaurant_name text,
  commercial_area text,
  address text,
  region text,
  timezone text default 'Asia/Shanghai',
  is_active boolean default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz default now()
);

create table if not exists public."ASE_cameras" (
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  camera_id text not null,
  camera_name text,
  camera_ip_address text,
  rtsp_endpoint text,
  camera_type text,
  resolution text,
  division_name text,
  division_description text,
  installation_date text, -- free text in older files
  status text default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  primary key (location_id, camera_id)
);

create table if not exists public."ASE_camera_rois" (
  roi_id bigint generated always as identity primary key,
  location_id text not null,
  camera_id text not null,
  roi_identifier text not null,
  roi_version text,
  roi_type text,
  polygon_points jsonb,
  linked_to_roi text, -- the roi_identifier of the linked roi
  description text,
  is_active boolean default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  unique nulls not distinct (location_id, camera_id, roi_identifier, roi_version),
  foreign key (location_id, camera_id)
    references public."ASE_cameras" (location_id, camera_id) on delete cascade
);

create table if not exists public."ASE_videos" (
  video_id bigint generated always as identity primary key,
  location_id text not null,
  camera_id text not null,
  video_filename text not null,
  video_date text, -- these three are free text in older files: '20251213', '14:35', …
  start_time text,
  end_time text,
  duration_seconds double precision,
  file_size_bytes bigint,
  fps double precision,
  resolution text,
  is_processed boolean,
  storage_location text,
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  unique (location_id, camera_id, video_filename),
  foreign key (location_id, camera_id)
    references public."ASE_cameras" (location_id, camera_id) on delete cascade
);

create table if not exists public."ASE_sessions" (
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  session_id text not null,
  camera_id text not null,
  video_filename text,
  config_file_path text,
  roi_version text,
  start_time timestamptz,
  end_time timestamptz,
  total_frames bigint,
  fps double precision,
  resolution text,
  processing_status text,
  processing_time_seconds double precision,
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  primary key (location_id, session_id),
  foreign key (location_id, camera_id)
    references public."ASE_cameras" (location_id, camera_id) on delete cascade,
  -- A video that goes takes only the mention of itself with it, never what was seen in it.
  foreign key (location_id, camera_id, video_filename)
    references public."ASE_videos" (location_id, camera_id, video_filename)
    on delete set null (video_filename)
);

create table if not exists public."ASE_division_states" (
  division_state_id bigint generated always as identity primary key,
  location_id text not null,
  session_id text not null,
  camera_id text not null,
  frame_number bigint not null,
  timestamp_video double precision,
  timestamp_recorded timestamptz not null,
  state text not null check (state in ('RED', 'YELLOW', 'GREEN')),
  walking_area_waiters integer check (walking_area_waiters >= 0),
  service_area_waiters integer check (service_area_waiters >= 0),
  total_staff integer check (total_staff >= 0),
  created_at timestamptz not null default now(),
  unique (location_id, session_id, camera_id, frame_number),
  foreign key (location_id, session_id)
    references public."ASE_sessions" (location_id, session_id) on delete cascade
);

create table if not exists public."ASE_table_states" (
  table_state_id bigint generated always as identity primary key,
  location_id text not null,
  session_id text not null,
  camera_id text not null,
  frame_number bigint not null,
  table_id text not null,
  timestamp_video double precision,
  timestamp_recorded timestamptz not null,
  state text not null check (state in ('IDLE', 'BUSY', 'CLEANING')),
  customers_count integer check (customers_count >= 0),
  waiters_count integer check (waiters_count >= 0),
  created_at timestamptz not null default now(),
  unique (location_id, session_id, camera_id, frame_number, table_id),
  foreign key (location_id, session_id)
    references public."ASE_sessions" (location_id, session_id) on delete cascade
);

-- Bookkeeping: no foreign key, so that a box can report before anything else of it has arrived.
create table if not exists public."ASE_sync_status" (
  sync_id bigint generated always as identity primary key,
  run_key uuid not null,
  location_id text not null,
  sync_type text,
  trigger text,
  status text,
  started_at timestamptz,
  finished_at timestamptz,
  last_sync_time timestamptz,
  records_synced bigint,
  planned bigint,
  duplicates bigint,
  quarantined bigint,
  failed bigint,
  bytes bigint,
  error_message text,
  service_instance text,
  version text,
  created_at timestamptz not null default now(),
  unique (location_id, run_key)
);

create index if not exists ase_division_states_recent
  on public."ASE_division_states" (location_id, timestamp_recorded desc);
create index if not exists ase_division_states_by_state
  on public."ASE_division_states" (location_id, state, timestamp_recorded desc);
create index if not exists ase_table_states_recent
  on public."ASE_table_states" (location_id, timestamp_recorded desc);
create index if not exists ase_table_states_by_state
  on public."ASE_table_states" (location_id, state, timestamp_recorded desc);
create index if not exists ase_table_states_by_table
  on public."ASE_table_states" (location_id, table_id, timestamp_recorded desc);
create index if not exists ase_sessions_recent on public."ASE_sessions" (location_id, start_time desc);
create index if not exists ase_sessions_by_video
  on public."ASE_sessions" (location_id, camera_id, video_filename);
create index if not exists ase_sync_status_recent
  on public."ASE_sync_status" (location_id, started_at desc);

-- An upsert that changes a parent says when, unless the sender said so itself.
create or replace function public.backhaul_touch() returns trigger
  language plpgsql set search_path = ''
  as $$
begin
  if new.updated_at is not distinct from old.updated_at then
    new.updated_at := now();
  end if;
  return new;
end
$$;

-- The one location that the caller's token speaks for; null when it speaks for none.
create or replace function public.backhaul_location() returns text
  language sql stable set search_path = ''
  as $$ select auth.jwt() -> 'app_metadata' ->> 'location_id' $$;

-- A token may write unless it says read_only; anything but a plain false counts as read_only.
create or replace function public.backhaul_may_write() returns boolean
  language sql stable set search_path = ''
  as $$ select coalesce(auth.jwt() -> 'app_metadata' ->> 'read_only', 'false') = 'false' $$;

revoke all on function public.backhaul_touch() from public, anon, authenticated;
revoke all on function public.backhaul_location() from public, anon;
revoke all on function public.backhaul_may_write() from public, anon;
grant execute on function public.backhaul_location() to authenticated, service_role;
grant execute on function public.backhaul_may_write() to authenticated, service_role;

do $$
declare
  tables constant text[] := array['ASE_locations', 'ASE_cameras', 'ASE_camera_rois', 'ASE_videos',
    'ASE_sessions', 'ASE_division_states', 'ASE_table_states', 'ASE_sync_status'];
  target text;
  sequence_name text;
  has_analyst constant boolean := exists (select from pg_roles where rolname = 'analyst');
begin
  foreach target in array tables loop
    -- Older projects give everything to anon and authenticated by default. RLS does not stop a
    -- TRUNCATE, so what is not needed is taken back, not only left unsaid.
    execute format('revoke all on table public.%I from public, anon, authenticated', target);
    execute format('grant select, insert, update on table public.%I to authenticated', target);
    execute format('grant all on table public.%I to service_role', target);
    if has_analyst then
      execute format('grant select on table public.%I to analyst', target);
    end if;

    select pg_get_serial_sequence(format('public.%I', target), attname) into sequence_name
      from pg_attribute
      where attrelid = format('public.%I', target)::regclass and attidentity <> '';
    if sequence_name is not null then
      execute format('revoke all on sequence %s from public, anon, authenticated', sequence_name);
      execute format('grant usage on sequence %s to authenticated', sequence_name);
      execute format('grant all on sequence %s to service_role', sequence_name);
    end if;

    execute format('alter table public.%I enable row level security', target);
    execute format('drop policy if exists backhaul_read on public.%I', target);
    execute format('drop policy if exists backhaul_insert on public.%I', target);
    execute format('drop policy if exists backhaul_update on public.%I', target);
    -- (select …) is evaluated once a statement, not once a row. An upsert needs the select policy
    -- too: ON CONFLICT has to see the row that it finds.
    execute format('create policy backhaul_read on public.%I for select to authenticated
      using (location_id = (select public.backhaul_location()))', target);
    execute format('create policy backhaul_insert on public.%I for insert to authenticated
      with check (location_id = (select public.backhaul_location()) and (select public.backhaul_may_write()))',
      target);
    execute format('create policy backhaul_update on public.%I for update to authenticated
      using (location_id = (select public.backhaul_location()))
      with check (location_id = (select public.backhaul_location()) and (select public.backhaul_may_write()))',
      target);
  end loop;

  foreach target in array tables[1:5] loop
    execute format('create or replace trigger backhaul_touch before update on public.%I
      for each row execute function public.backhaul_touch()', target);
  end loop;

  -- Which files have been applied is no secret: a device compares it with what it needs.
  revoke all on table public.backhaul_migrations from public, anon, authenticated;
  grant select on table public.backhaul_migrations to authenticated;
  grant all on table public.backhaul_migrations to service_role;
  if has_analyst then
    grant select on table public.backhaul_migrations to analyst;
  end if;
  alter table public.backhaul_migrations enable row level security;
  drop policy if exists backhaul_read on public.backhaul_migrations;
  create policy backhaul_read on public.backhaul_migrations for select to authenticated using (true);
end
$$;

insert into public.backhaul_migrations (name) values ('0001_schema') on conflict (name) do nothing;
notify pgrst, 'reload schema';
