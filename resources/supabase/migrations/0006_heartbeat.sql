-- Backhaul, heartbeat: one row a box in ASE_sync_status (sync_type 'heartbeat') says every few minutes that it lives,
-- with its version, how many records wait there and its verdict. Needs 0001_schema. Running it again does no harm.

alter table public."ASE_sync_status" add column if not exists pending bigint;
alter table public."ASE_sync_status" add column if not exists verdict text;

insert into public.backhaul_migrations (name) values ('0006_heartbeat') on conflict (name) do nothing;
notify pgrst, 'reload schema';
