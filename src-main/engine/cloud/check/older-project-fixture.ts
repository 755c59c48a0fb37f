/** A schema with nothing in it, and the default privileges of projects that were made years ago. */
export const emptyProject = `
drop schema public cascade;
create schema public;
grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;`;

/**
 * A project as scripts before Backhaul made it: keys without the location, local serial ids as foreign keys, rules and
 * types of their own, no row level security but a policy for all; with rows of a year in it.
 */
export const olderProject = `${emptyProject}
create table "ASE_locations" (location_id text primary key, city varchar(100) not null, restaurant_name varchar(200) not null,
  commercial_area varchar(200) not null, address text, region varchar(50), timezone varchar(50) default 'Asia/Shanghai',
  is_active integer default 1, created_at timestamp default now(), updated_at timestamp default now());
create table "ASE_cameras" (camera_id text primary key, location_id text references "ASE_locations" (location_id),
  camera_name text, camera_ip_address text not null, rtsp_endpoint text, camera_type text, resolution text, division_name text,
  division_description text, installation_date date, status text default 'active', created_at timestamptz default now(),
  updated_at timestamptz default now());
create table "ASE_camera_rois" (roi_id serial primary key, camera_id text not null references "ASE_cameras" (camera_id),
  roi_version integer not null, roi_type text check (roi_type in ('division', 'table', 'sitting', 'service')),
  roi_identifier text not null, polygon_points text, linked_to_roi_id integer references "ASE_camera_rois" (roi_id),
  description text, is_active boolean default true, created_at timestamptz default now(),
  unique (camera_id, roi_identifier, roi_version));
create table "ASE_videos" (video_id serial primary key, camera_id text references "ASE_cameras" (camera_id) on delete cascade,
  video_filename text not null, video_date date not null, start_time timestamp not null, end_time timestamp,
  duration_seconds real, file_size_bytes integer, fps real, resolution text, is_processed integer default 0,
  storage_location text, created_at timestamptz default now());
create unique index older_videos on "ASE_videos" (camera_id, video_filename);
create table "ASE_sessions" (session_id text primary key, camera_id text not null references "ASE_cameras" (camera_id),
  video_id integer not null references "ASE_videos" (video_id), location_id text references "ASE_locations" (location_id),
  config_file_path text, roi_version text, start_time timestamptz not null, end_time timestamptz, total_frames integer,
  fps real, resolution text, processing_status text default 'pending', processing_time_seconds real, error_message text,
  created_at timestamptz default now());
create table "ASE_division_states" (division_state_id bigserial primary key,
  session_id text not null references "ASE_sessions" (session_id), camera_id text not null references "ASE_cameras" (camera_id),
  location_id text, frame_number integer not null, timestamp_video real not null, timestamp_recorded timestamp,
  state text not null check (state in ('RED', 'YELLOW', 'GREEN')), walking_area_waiters integer not null,
  service_area_waiters integer not null, total_staff integer not null, screenshot_url text not null, created_at timestamptz default now(),
  unique (session_id, camera_id, frame_number));
create table "ASE_table_states" (table_state_id bigserial primary key, session_id text not null, camera_id text not null,
  location_id text, frame_number integer not null, table_id text not null, timestamp_video real not null,
  timestamp_recorded timestamptz, state text not null check (state in ('IDLE', 'BUSY')), customers_count integer,
  waiters_count integer, created_at timestamptz default now());
create table "ASE_sync_status" (sync_id serial primary key, location_id text, sync_type text not null check (sync_type in ('hourly', 'daily')),
  last_sync_time timestamptz not null, records_synced integer default 0, status text check (status in ('success', 'failed')),
  error_message text, created_at timestamptz default now());
create table camera_notes (note_id serial primary key, camera_id text references "ASE_cameras" (camera_id), note text);
alter table "ASE_cameras" enable row level security;
create policy "Enable all access" on "ASE_cameras" for all using (true) with check (true);
insert into "ASE_locations" (location_id, city, restaurant_name, commercial_area) values ('store_1', 'Mianyang', 'one', 'centre');
insert into "ASE_cameras" (camera_id, location_id, camera_ip_address) values ('camera_35', 'store_1', '10.0.0.35'), ('camera_36', null, '10.0.0.36');
insert into "ASE_camera_rois" (camera_id, roi_version, roi_type, roi_identifier) values ('camera_35', 1, 'table', 'T1');
insert into "ASE_videos" (camera_id, video_filename, video_date, start_time, is_processed) values ('camera_35', 'a.mp4', '2025-12-13', '2025-12-13 14:35', 1);
insert into "ASE_sessions" (session_id, camera_id, video_id, location_id, start_time) values ('20251213_143500_camera_35', 'camera_35', 1, 'store_1', '2025-12-13 14:35+08');
insert into "ASE_division_states" (session_id, camera_id, frame_number, timestamp_video, timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff, screenshot_url)
  values ('20251213_143500_camera_35', 'camera_35', 15, 1.5, '2025-12-13 14:35:01.5', 'RED', 0, 0, 0, 'x');
insert into "ASE_table_states" (session_id, camera_id, frame_number, table_id, timestamp_video, state)
  select '20251213_143500_camera_35', 'camera_35', 15, 'T1', 1.5, 'BUSY' from generate_series(1, 3);
insert into "ASE_table_states" (session_id, camera_id, frame_number, table_id, timestamp_video, state) values ('gone', 'camera_99', 15, 'T1', 1.5, 'BUSY');
insert into "ASE_sync_status" (location_id, sync_type, last_sync_time, status) values ('store_1', 'hourly', now(), 'success'), (null, 'daily', now(), 'failed');
insert into camera_notes (camera_id, note) values ('camera_35', 'over the door');
notify pgrst, 'reload schema';
`;

/** Some of the tables only, without any location, numbered by who sent them. */
export const sparseProject = `${emptyProject}
create table "ASE_cameras" (camera_id text primary key, camera_name text);
create table "ASE_videos" (video_id integer primary key, camera_id text not null references "ASE_cameras" (camera_id),
  video_filename text not null);
create table "ASE_sessions" (session_id text primary key, camera_id text not null references "ASE_cameras" (camera_id),
  video_id integer references "ASE_videos" (video_id));
create table "ASE_division_states" (session_id text references "ASE_sessions" (session_id), camera_id text,
  frame_number integer, timestamp_recorded timestamptz, state text, primary key (session_id, camera_id, frame_number));
insert into "ASE_cameras" values ('camera_35', 'door');
insert into "ASE_videos" values (7, 'camera_35', 'a.mp4');
insert into "ASE_sessions" values ('s1', 'camera_35', 7);
insert into "ASE_division_states" values ('s1', 'camera_35', 1, now(), 'RED');
notify pgrst, 'reload schema';
`;

/** Two stores that are told apart by their cameras, with dashboards over the states. */
export const storesProject = `${emptyProject}
create table "ASE_locations" (id bigserial primary key, location_id text unique not null, city text not null);
create table "ASE_cameras" (id uuid primary key, camera_id text not null unique,
  location_id text not null references "ASE_locations" (location_id));
create table "ASE_sessions" (session_id varchar(64) primary key, camera_id text not null references "ASE_cameras" (camera_id));
create table "ASE_table_states" (id text primary key, session_id varchar(64) not null references "ASE_sessions" (session_id),
  camera_id text not null, table_id text not null, frame_number int not null, state varchar(20), customers_count smallint,
  timestamp_recorded timestamp);
create unique index one_state on "ASE_table_states" (session_id, camera_id, table_id, frame_number) where state is not null;
create view dashboard as select session_id, frame_number, timestamp_recorded from "ASE_table_states";
create view newest as select count(*)::int as states, max(frame_number)::int as frame from dashboard;
create materialized view nightly as select session_id, frame_number from "ASE_table_states";
create unique index nightly_key on nightly (session_id, frame_number);
grant select on dashboard, newest to analyst;
insert into "ASE_locations" (location_id, city) values ('store_a', 'Mianyang'), ('store_b', 'Chengdu');
insert into "ASE_cameras" values (gen_random_uuid(), 'c1', 'store_a'), (gen_random_uuid(), 'c2', 'store_b');
insert into "ASE_sessions" values ('s1', 'c1'), ('s2', 'c2');
insert into "ASE_table_states" values ('k1', 's1', 'c1', 'T1', 1, 'BUSY', 1, '2025-12-13 14:35'), ('k2', 's2', 'c2', 'T1', 2, 'BUSY', 1, null);
notify pgrst, 'reload schema';
`;
