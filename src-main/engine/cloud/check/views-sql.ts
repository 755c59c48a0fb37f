import { type Step, stage } from './finding.ts';

const setAside = `-- Views over the tables step aside and are made anew below, with their grants.
create temp table backhaul_set_aside as
  with recursive leaning (oid, depth) as (
    select c.oid, 0 from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname ~ '^ASE_'
    union
    select w.ev_class, l.depth + 1
    from leaning l
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = l.oid and d.classid = 'pg_rewrite'::regclass
    join pg_rewrite w on w.oid = d.objid and w.ev_class <> l.oid
    where l.depth < 50
  )
  select format('%I.%I', s.nspname, c.relname) as name, max(l.depth) as depth,
    case c.relkind when 'm' then 'materialized view' else 'view' end as kind,
    coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') as options,
    pg_get_viewdef(c.oid) as definition, c.relacl as grants,
    (select array_agg(pg_get_indexdef(i.indexrelid)) from pg_index i where i.indrelid = c.oid) as indexes
  from leaning l join pg_class c using (oid) join pg_namespace s on s.oid = c.relnamespace
  where c.relkind in ('v', 'm')
  group by c.oid, s.nspname, c.relname, c.relkind, c.reloptions, c.relacl;
do $$
declare
  aside record;
begin
  for aside in select * from backhaul_set_aside order by depth desc loop
    execute format('drop %s %s', aside.kind, aside.name);
  end loop;
end
$$`;

const restore = `do $$
declare
  aside record;
  given record;
  index text;
begin
  for aside in select * from backhaul_set_aside order by depth loop
    execute format('create %s %s%s as %s', aside.kind, aside.name, aside.options, aside.definition);
    execute format('revoke all on table %s from public, anon, authenticated, service_role', aside.name);
    for given in select * from aclexplode(aside.grants) where privilege_type <> 'MAINTAIN' loop
      execute format('grant %s on table %s to %s', given.privilege_type, aside.name,
        case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end);
    end loop;
    foreach index in array coalesce(aside.indexes, '{}') loop
      execute index;
    end loop;
  end loop;
end
$$;
drop table backhaul_set_aside`;

/**
 * A column's type and a primary key cannot be changed while a view reads them: views step aside and come back as they
 * were. The same text for every table, so that it stands once in what is printed.
 */
export const aroundViews: readonly Step[] = [
  { stage: stage.setViewsAside, sql: setAside },
  { stage: stage.restoreViews, sql: restore },
];
