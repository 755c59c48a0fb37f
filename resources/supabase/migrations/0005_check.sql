-- Backhaul, the check of the set-up: what `backhaul cloud check` compares with these files.
-- Needs nothing of the files before it. Running it again does no harm.
--
-- Reads the catalogs only, as the caller: tables, keys, policies and grants of what is Backhaul's, no row of it.

create or replace function public.backhaul_schema() returns jsonb
  language sql stable security invoker set search_path = ''
  as $catalog$
    with relations as (
      select c.oid, c.relname::text as name, c.relkind, c.relrowsecurity, c.reloptions
      from pg_catalog.pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
        and c.relname ~ '^(ASE_|backhaul_)' and c.relname !~ '_(older|copies)$'
    ), roles as (
      select (select r.oid from pg_catalog.pg_roles r where r.rolname = 'authenticated') as device,
        (select r.oid from pg_catalog.pg_roles r where r.rolname = 'anon') as anonymous
    ), columns as (
      select r.oid, jsonb_object_agg(a.attname, jsonb_build_object(
        'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'notNull', a.attnotnull,
        'filled', a.atthasdef or a.attidentity <> '')) as value
      from relations r
      join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      group by r.oid
    ), keys as (
      select i.indrelid as oid, jsonb_agg(jsonb_build_object(
        'name', n.relname,
        'constraint', k.conname,
        'primary', i.indisprimary,
        'usable', i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null,
        'nullsNotDistinct', i.indnullsnotdistinct,
        'columns', (select jsonb_agg(a.attname order by u.place)
          from unnest(i.indkey::int2[]) with ordinality as u(number, place)
          left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.number and u.number > 0
          where u.place <= i.indnkeyatts)) order by n.relname) as value
      from pg_catalog.pg_index i
      join pg_catalog.pg_class n on n.oid = i.indexrelid
      left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
      where i.indisunique and i.indrelid in (select r.oid from relations r)
      group by i.indrelid
    ), checks as (
      select k.conrelid as oid, jsonb_agg(jsonb_build_object(
        'name', k.conname, 'definition', pg_catalog.pg_get_constraintdef(k.oid)) order by k.conname) as value
      from pg_catalog.pg_constraint k where k.contype = 'c' group by k.conrelid
    ), policies as (
      select p.polrelid as oid, jsonb_agg(jsonb_build_object(
        'name', p.polname,
        'command', p.polcmd,
        'permissive', p.polpermissive,
        'roles', (select jsonb_agg(coalesce(o.rolname, 'public')) from unnest(p.polroles) as u(role)
          left join pg_catalog.pg_roles o on o.oid = u.role),
        'using', pg_catalog.pg_get_expr(p.polqual, p.polrelid),
        'check', pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) order by p.polname) as value
      from pg_catalog.pg_policy p group by p.polrelid
    ), triggers as (
      select t.tgrelid as oid, jsonb_agg(t.tgname order by t.tgname) as value
      from pg_catalog.pg_trigger t where not t.tgisinternal and t.tgenabled <> 'D' group by t.tgrelid
    )
    select jsonb_build_object(
      'schemaUsage', (select has_schema_privilege(device, 'public', 'usage') from roles),
      'relations', (
        select coalesce(jsonb_object_agg(r.name, jsonb_build_object(
          'isView', r.relkind = 'v',
          'rowSecurity', r.relrowsecurity,
          'securityInvoker', coalesce('security_invoker=true' = any (r.reloptions)
            or 'security_invoker=on' = any (r.reloptions), false),
          'columns', coalesce(columns.value, '{}'),
          'keys', coalesce(keys.value, '[]'),
          'checks', coalesce(checks.value, '[]'),
          'policies', coalesce(policies.value, '[]'),
          'triggers', coalesce(triggers.value, '[]'),
          'readByViews', exists (
            select from pg_catalog.pg_depend d
            join pg_catalog.pg_rewrite w on w.oid = d.objid and w.ev_class <> r.oid
            where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid
              and d.classid = 'pg_catalog.pg_rewrite'::regclass),
          'deviceMay', (select coalesce(jsonb_agg(p), '[]')
            from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as p, roles
            where has_table_privilege(roles.device, r.oid, p)),
          'anonymousMay', (select coalesce(jsonb_agg(p), '[]')
            from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as p, roles
            where has_table_privilege(roles.anonymous, r.oid, p)),
          'lackingSequences', (select coalesce(jsonb_agg(s.name), '[]')
            from roles, lateral (select pg_get_serial_sequence(format('public.%I', r.name), a.attname) as name
              from pg_catalog.pg_attribute a
              where a.attrelid = r.oid and a.attnum > 0 and a.atthasdef and a.attidentity = '') s
            where s.name is not null and not has_sequence_privilege(roles.device, s.name::regclass, 'usage')))),
          '{}')
        from relations r
        left join columns using (oid) left join keys using (oid) left join checks using (oid)
        left join policies using (oid) left join triggers using (oid)),
      'foreignKeys', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'name', k.conname,
          'table', format('%I.%I', s.nspname, c.relname),
          'from', case when s.nspname = 'public' then c.relname end,
          'columns', (select jsonb_agg(a.attname order by u.place) from unnest(k.conkey) with ordinality as u(number, place)
            join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number),
          'to', t.relname,
          'toColumns', (select jsonb_agg(a.attname order by u.place) from unnest(k.confkey) with ordinality as u(number, place)
            join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number),
          'index', x.relname) order by s.nspname, c.relname, k.conname), '[]')
        from pg_catalog.pg_constraint k
        join pg_catalog.pg_class c on c.oid = k.conrelid
        join pg_catalog.pg_namespace s on s.oid = c.relnamespace
        join pg_catalog.pg_class t on t.oid = k.confrelid
        join pg_catalog.pg_class x on x.oid = k.conindid
        where k.contype = 'f' and (k.conrelid in (select oid from relations) or k.confrelid in (select oid from relations))),
      'functions', (
        select coalesce(jsonb_object_agg(f.proname, jsonb_build_object(
          'mayCall', has_function_privilege(roles.device, f.oid, 'execute'),
          'body', pg_catalog.md5(f.prosrc))), '{}')
        from pg_catalog.pg_proc f, roles
        where f.pronamespace = 'public'::regnamespace and f.proname like 'backhaul\_%'))
  $catalog$;

revoke all on function public.backhaul_schema() from public, anon;
grant execute on function public.backhaul_schema() to authenticated, service_role;

do $$
begin
  if to_regclass('public.backhaul_migrations') is not null then
    insert into public.backhaul_migrations (name) values ('0005_check') on conflict (name) do nothing;
  end if;
end
$$;
notify pgrst, 'reload schema';
