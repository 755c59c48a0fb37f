-- Backhaul, inventory: stock, freshness, sales and alerts of what a detector counts, their comparison with a box,
-- a view for analysts and what is kept. Needs 0001_schema and 0003_views. Running it again does no harm; run it
-- again after enabling pg_cron, which then calls the purge every night.
--
-- Keys carry the location and what happened when; the ids that a box counts for itself are never sent. An instant is
-- kept to the microsecond.

-- Tables of the same names and other keys are never changed silently.
do $$
declare
  expected record;
begin
  for expected in
    select * from (values
      ('ASE_inventory_snapshots', array['frame_number', 'location_id', 'timestamp_utc']),
      ('ASE_product_freshness', array['location_id', 'product_name']),
      ('ASE_sales_log', array['inventory_after', 'inventory_before', 'location_id', 'product_name',
        'quantity_delta', 'timestamp_utc']),
      ('ASE_alerts_log', array['alert_type', 'location_id', 'product_name', 'severity', 'timestamp_utc'])
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

create table if not exists public."ASE_inventory_snapshots" (
  snapshot_id bigint generated always as identity primary key,
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  timestamp_utc timestamptz not null,
  frame_number bigint,
  total_items bigint not null check (total_items >= 0),
  inventory_json jsonb not null, -- count by product; a string where another program wrote what is no JSON
  created_at timestamptz not null default now(),
  unique nulls not distinct (location_id, timestamp_utc, frame_number)
);

create table if not exists public."ASE_product_freshness" (
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  product_name text not null,
  first_seen_utc timestamptz not null,
  last_seen_utc timestamptz not null,
  is_expired boolean,
  expiration_days double precision check (expiration_days >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  primary key (location_id, product_name)
);

create table if not exists public."ASE_sales_log" (
  sale_id bigint generated always as identity primary key,
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  timestamp_utc timestamptz not null,
  timestamp_est text, -- as the box displays it
  product_name text not null,
  quantity_delta bigint not null,
  inventory_before bigint not null check (inventory_before >= 0),
  inventory_after bigint not null check (inventory_after >= 0),
  created_at timestamptz not null default now(),
  unique (location_id, timestamp_utc, product_name, inventory_before, inventory_after, quantity_delta)
);

create table if not exists public."ASE_alerts_log" (
  alert_id bigint generated always as identity primary key,
  location_id text not null references public."ASE_locations" (location_id) on delete cascade,
  timestamp_utc timestamptz not null,
  timestamp_est text, -- as the box displays it
  alert_type text not null check (alert_type in ('low_stock', 'expiration')),
  product_name text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  message text,
  metadata_json jsonb, -- resolved_utc (epoch seconds) where the alert has resolved itself
  acknowledged boolean,
  created_at timestamptz not null default now(),
  updated_at timestamptz default now(),
  unique (location_id, timestamp_utc, alert_type, product_name, severity)
);

-- The natural keys of snapshots, sales and alerts begin with location and time, which is what a dashboard asks by.
create index if not exists ase_sales_log_by_product
  on public."ASE_sales_log" (location_id, product_name, timestamp_utc desc);
create index if not exists ase_alerts_log_by_product
  on public."ASE_alerts_log" (location_id, product_name, timestamp_utc desc);
create index if not exists ase_product_freshness_last_seen
  on public."ASE_product_freshness" (location_id, last_seen_utc desc);

-- Comparison. A record's fingerprint is made of integers only, so that SQLite and PostgreSQL come to the same number
-- (0002_verify); sums do not depend on order and can be added up. Of a name its length, first and last character
-- count; of a stock each product's name and whole number. Security invoker: a device sees its own location only.

create or replace view public.backhaul_snapshot_prints with (security_invoker = true) as
  select location_id, timestamp_utc, record_key, (mixed * mixed % 2147483647 * 1103 + 13) % 2147483647 as print
  from (
    select location_id, timestamp_utc, record_key,
      ((m * m % 2147483647 * 1103 + 7) % 2147483647 + folded % 2147483647) % 2147483647 as mixed
    from (
      select s.location_id, s.timestamp_utc,
        (extract(epoch from s.timestamp_utc) * 1000000)::bigint || '/' || coalesce(s.frame_number::text, '') as record_key,
        ((extract(epoch from s.timestamp_utc) * 1000000)::bigint % 2147483647 * 48271 + 11) % 2147483647 as m,
        coalesce(s.frame_number % 2147483647, -1) * 7919 + s.total_items % 2147483647 * 104729
          + coalesce(i.folded, 17) as folded
      from public."ASE_inventory_snapshots" s
      left join lateral (
        select coalesce(sum((char_length(e.key) * 7919::bigint + ascii(e.key) * 104729::bigint
          + ascii(right(e.key, 1)) * 1299709::bigint
          + case when jsonb_typeof(e.value) = 'number' and abs((e.value #>> '{}')::numeric) < 1000000000
              then round((e.value #>> '{}')::numeric)::bigint else -1 end * 15485863) % 2147483647), 0)::bigint
          % 2147483647 as folded
        from jsonb_each(case when jsonb_typeof(s.inventory_json) = 'object' then s.inventory_json else '{}' end) e
      ) i on jsonb_typeof(s.inventory_json) = 'object'
    ) as first_step
  ) as second_step;

create or replace view public.backhaul_sale_prints with (security_invoker = true) as
  select location_id, timestamp_utc, record_key, (mixed * mixed % 2147483647 * 1103 + 13) % 2147483647 as print
  from (
    select location_id, timestamp_utc, record_key,
      ((m * m % 2147483647 * 1103 + 7) % 2147483647 + folded % 2147483647) % 2147483647 as mixed
    from (
      select location_id, timestamp_utc,
        (extract(epoch from timestamp_utc) * 1000000)::bigint || '/' || product_name || '/' || inventory_before
          || '/' || inventory_after || '/' || quantity_delta as record_key,
        ((extract(epoch from timestamp_utc) * 1000000)::bigint % 2147483647 * 48271 + 11) % 2147483647 as m,
        quantity_delta % 2147483647 * 7919 + inventory_before % 2147483647 * 104729
          + inventory_after % 2147483647 * 1299709 + char_length(product_name) * 15485863::bigint
          + ascii(product_name) * 31 + ascii(right(product_name, 1)) * 37 as folded
      from public."ASE_sales_log"
    ) as first_step
  ) as second_step;

-- For each of the days (UTC, YYYY-MM-DD): [day, count, sum of fingerprints]. Sums travel as text, they may pass 2^53.
create or replace function public.backhaul_verify_days(p_location text, p_stream text, p_days text[]) returns jsonb
  language sql stable security invoker set search_path = ''
  as $$
    select coalesce(jsonb_agg(jsonb_build_array(day, n, prints::text)), '[]')
    from (
      select d.day, count(*) as n, sum(s.print) as prints
      from unnest(p_days) as d(day)
      join public.backhaul_snapshot_prints s on p_stream = 'inventory_snapshots' and s.location_id = p_location
        and s.timestamp_utc >= (d.day || ' 00:00:00+00')::timestamptz
        and s.timestamp_utc < (d.day || ' 00:00:00+00')::timestamptz + interval '24 hours'
      group by d.day
      union all
      select d.day, count(*), sum(s.print)
      from unnest(p_days) as d(day)
      join public.backhaul_sale_prints s on p_stream = 'sales_log' and s.location_id = p_location
        and s.timestamp_utc >= (d.day || ' 00:00:00+00')::timestamptz
        and s.timestamp_utc < (d.day || ' 00:00:00+00')::timestamptz + interval '24 hours'
      group by d.day
    ) as tallies
  $$;

-- The records of one day as [key, fingerprint], asked only where the sums differ.
create or replace function public.backhaul_day_fingerprints(p_location text, p_stream text, p_day text) returns jsonb
  language sql stable security invoker set search_path = ''
  as $$
    select coalesce(jsonb_agg(jsonb_build_array(record_key, print)), '[]')
    from (
      select record_key, print from public.backhaul_snapshot_prints
      where p_stream = 'inventory_snapshots' and location_id = p_location
        and timestamp_utc >= (p_day || ' 00:00:00+00')::timestamptz
        and timestamp_utc < (p_day || ' 00:00:00+00')::timestamptz + interval '24 hours'
      union all
      select record_key, print from public.backhaul_sale_prints
      where p_stream = 'sales_log' and location_id = p_location
        and timestamp_utc >= (p_day || ' 00:00:00+00')::timestamptz
        and timestamp_utc < (p_day || ' 00:00:00+00')::timestamptz + interval '24 hours'
    ) as records
  $$;

-- Sales per product and hour; hours are those of the location's own time zone (0003_views).
create or replace view public."ASE_sales_hourly" with (security_invoker = true) as
  with zones as materialized (
    select location_id, public.backhaul_zone(timezone) as zone from public."ASE_locations"
  )
  select s.location_id, s.product_name, date_trunc('hour', s.timestamp_utc, z.zone) as hour,
    date_trunc('hour', s.timestamp_utc, z.zone) at time zone z.zone as local_hour,
    sum(abs(s.quantity_delta)) as quantity, count(*) as sales
  from public."ASE_sales_log" s
  join zones z using (location_id)
  group by s.location_id, s.product_name, date_trunc('hour', s.timestamp_utc, z.zone), z.zone;

-- What the cloud keeps: 90 days, in whole days (UTC), so that a box that compares a day finds all of it or nothing.
create or replace function public.backhaul_purge_inventory(older_than interval default interval '90 days') returns jsonb
  language plpgsql set search_path = ''
  as $$
declare
  cutoff constant timestamptz := date_trunc('day', now() - older_than, 'UTC');
  snapshots bigint;
  freshness bigint;
  sales bigint;
  alerts bigint;
begin
  if older_than is null or older_than < interval '0' then
    raise exception 'backhaul_purge_inventory needs an age, not %', coalesce(older_than::text, 'null')
      using errcode = '22023';
  end if;
  delete from public."ASE_inventory_snapshots" where timestamp_utc < cutoff;
  get diagnostics snapshots = row_count;
  delete from public."ASE_product_freshness" where last_seen_utc < cutoff;
  get diagnostics freshness = row_count;
  delete from public."ASE_sales_log" where timestamp_utc < cutoff;
  get diagnostics sales = row_count;
  delete from public."ASE_alerts_log" where timestamp_utc < cutoff;
  get diagnostics alerts = row_count;
  return jsonb_build_object('inventory_snapshots', snapshots, 'product_freshness', freshness,
    'sales_log', sales, 'alerts_log', alerts);
end
$$;

do $$
declare
  tables constant text[] := array['ASE_inventory_snapshots', 'ASE_product_freshness', 'ASE_sales_log',
    'ASE_alerts_log'];
  target text;
  sequence_name text;
  has_analyst constant boolean := exists (select from pg_roles where rolname = 'analyst');
  readers constant text := 'authenticated, service_role'
    || case when exists (select from pg_roles where rolname = 'analyst') then ', analyst' else '' end;
begin
  foreach target in array tables loop
    execute format('revoke all on table public.%I from public, anon, authenticated', target);
    execute format('grant select, insert, update on table public.%I to authenticated', target);
    execute format('grant all on table public.%I to service_role', target);
    if has_analyst then
      execute format('grant select on table public.%I to analyst', target);
    end if;

    sequence_name := null;
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

  foreach target in array array['ASE_product_freshness', 'ASE_alerts_log'] loop
    execute format('create or replace trigger backhaul_touch before update on public.%I
      for each row execute function public.backhaul_touch()', target);
  end loop;

  foreach target in array array['backhaul_snapshot_prints', 'backhaul_sale_prints', 'ASE_sales_hourly'] loop
    execute format('revoke all on table public.%I from public, anon, authenticated', target);
    execute format('grant select on table public.%I to %s', target, readers);
  end loop;

  foreach target in array array['public.backhaul_verify_days(text, text, text[])',
    'public.backhaul_day_fingerprints(text, text, text)']
  loop
    execute format('revoke all on function %s from public, anon', target);
    execute format('grant execute on function %s to %s', target, readers);
  end loop;

  revoke all on function public.backhaul_purge_inventory(interval) from public, anon, authenticated;
  grant execute on function public.backhaul_purge_inventory(interval) to service_role;
  if exists (select from pg_extension where extname = 'pg_cron') then
    perform cron.schedule('backhaul-purge-inventory', '27 19 * * *', 'select public.backhaul_purge_inventory()');
  end if;
end
$$;

insert into public.backhaul_migrations (name) values ('0007_inventory') on conflict (name) do nothing;
notify pgrst, 'reload schema';
