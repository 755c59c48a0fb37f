import type { ExpectedTable } from './expected-schema.ts';
import { literal } from './sql-text.ts';
import { goodTypes, sentValues } from './table-findings.ts';

/**
 * One block that takes from tables of another make what refuses Backhaul's records, whatever it is called there: for
 * a project whose catalogs cannot be read yet. No row is touched.
 */
export function loosenTables(tables: readonly ExpectedTable[]): string {
  return `-- Keys, rules and types of ${tables.map(({ name }) => name).join(', ')} that refuse what several stores send, whatever their names are.
do $$
declare
  wanted record;
  found record;
  leaning record;
begin
  for wanted in
    select *, format('public.%I', name) as place from (values
${tables.map(tableRow).join(',\n')}
    ) as tables(name, key, sent, given)
    where to_regclass(format('public.%I', name)) is not null
  loop
${keysPart}
${requiredPart}
${accessPart}
  end loop;
${typesPart(tables)}
${checksPart(tables)}
end
$$`;
}

function tableRow({ name, key, columns }: ExpectedTable): string {
  const sent = columns.filter(({ isIdentity }) => !isIdentity).map((column) => column.name);
  const given = columns.filter(({ notNull }) => notNull).map((column) => column.name);
  return `      (${[literal(name), list(key.columns), list(sent), list(given)].join(', ')})`;
}

const keysPart = `    for found in
      select * from (
        select i.indexrelid as index, n.relname, k.conname, (
          select array_agg(coalesce(a.attname::text, wanted.sent[1]))
          from unnest(i.indkey::int2[]) with ordinality as u(number, place)
          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.number and u.number > 0
          where u.place <= i.indnkeyatts) as columns
        from pg_index i
        join pg_class n on n.oid = i.indexrelid
        left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')
        where i.indisunique and i.indrelid = to_regclass(wanted.place)
      ) as keys
      where columns <@ wanted.sent and not columns @> wanted.key
    loop
      for leaning in
        select conrelid::regclass as child, conname from pg_constraint where contype = 'f' and conindid = found.index
      loop
        execute format('alter table %s drop constraint %I', leaning.child, leaning.conname);
      end loop;
      if found.conname is null then
        execute format('drop index public.%I', found.relname);
      else
        execute format('alter table %s drop constraint %I', wanted.place, found.conname);
      end if;
    end loop;`;

const requiredPart = `    for found in
      select a.attname from pg_attribute a
      where a.attrelid = to_regclass(wanted.place) and a.attnum > 0 and not a.attisdropped
        and a.attnotnull and not a.atthasdef and a.attidentity = '' and not a.attname = any (wanted.given)
        and not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey))
    loop
      execute format('alter table %s alter column %I drop not null', wanted.place, found.attname);
    end loop;`;

const accessPart = `    for found in
      select p.polname from pg_policy p
      where p.polrelid = to_regclass(wanted.place) and p.polpermissive and p.polname !~ '^backhaul_'
        and coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') = 'true'
        and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') = 'true'
        and p.polroles && array[0, 'authenticated'::regrole::oid, 'anon'::regrole::oid]
    loop
      execute format('drop policy %I on %s', found.polname, wanted.place);
    end loop;
    for found in
      select pg_get_serial_sequence(wanted.place, a.attname) as name from pg_attribute a
      where a.attrelid = to_regclass(wanted.place) and a.attnum > 0 and a.atthasdef and a.attidentity = ''
    loop
      if found.name is not null then
        execute format('grant usage on sequence %s to authenticated', found.name);
      end if;
    end loop;`;

function typesPart(tables: readonly ExpectedTable[]): string {
  const rows = tables.flatMap((table) =>
    table.columns
      .filter(({ isIdentity }) => !isIdentity)
      .map((column) => {
        const { name, type, defaultValue } = column;
        const texts = [table.name, name, type, goodTypes(column)].map(literal);
        return `      (${[...texts, defaultValue === null ? 'null' : literal(defaultValue)].join(', ')})`;
      }),
  );
  return `  -- Times without a zone are taken for Asia/Shanghai's; change the name if the store is elsewhere.
  for found in
    select t.*, format_type(a.atttypid, a.atttypmod) as type_now from (values
${rows.join(',\n')}
    ) as t(name, attname, type, good, fallback)
    join pg_attribute a on a.attrelid = to_regclass(format('public.%I', t.name)) and a.attname = t.attname
      and not a.attisdropped
    where format_type(a.atttypid, a.atttypmod) !~ t.good
  loop
    execute format('alter table public.%I alter column %I drop default', found.name, found.attname);
    execute format('alter table public.%I alter column %I type %s using ', found.name, found.attname, found.type)
      || format(case
        when found.type = 'timestamp with time zone' and found.type_now ~ '^timestamp' then '%I at time zone ''Asia/Shanghai'''
        when found.type = 'boolean' then '%I::text in (''1'', ''t'', ''true'')'
        when found.type in ('bigint', 'integer') then '%I::text::numeric::' || found.type
        else '%I::text::' || found.type end, found.attname);
    if found.fallback is not null then
      execute format('alter table public.%I alter column %I set default %s', found.name, found.attname, found.fallback);
    end if;
  end loop;`;
}

function checksPart(tables: readonly ExpectedTable[]): string {
  const rows = Object.entries(sentValues).flatMap(([place, values]) => {
    const [table = '', column = ''] = place.split('.');
    if (!tables.some(({ name }) => name === table)) return [];
    return [`      (${literal(table)}, ${literal(column)}, ${list(values)})`];
  });
  if (rows.length === 0) return '';
  return `  for found in
    select k.conname, t.name from (values
${rows.join(',\n')}
    ) as t(name, attname, sent)
    join pg_constraint k on k.contype = 'c' and k.conrelid = to_regclass(format('public.%I', t.name))
    where pg_get_constraintdef(k.oid) ~ ('\\m' || t.attname || '\\M')
      and exists (select from unnest(t.sent) as u(value)
        where position(quote_literal(value) in pg_get_constraintdef(k.oid)) = 0)
  loop
    execute format('alter table public.%I drop constraint %I', found.name, found.conname);
  end loop;`;
}

function list(values: readonly string[]): string {
  return `array[${values.map(literal).join(', ')}]`;
}
