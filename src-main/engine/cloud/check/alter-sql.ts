import type { ExpectedColumn, ExpectedForeignKey, ExpectedTable } from './expected-schema.ts';
import { columnList, literal, quoted, tableName } from './sql-text.ts';

/** Where rows go that name no location and cannot be traced to one: no device sees them there. */
const unassigned = 'unassigned';

export function addColumn(table: string, column: ExpectedColumn): string {
  const { name, type, defaultValue } = column;
  // What is numbered by its sender gets a number here for the rows that are there.
  const value = defaultValue ?? (type === 'uuid' ? 'gen_random_uuid()' : null);
  const filled = value === null ? '' : ` default ${value}`;
  return `alter table ${tableName(table)} add column if not exists ${quoted(name)} ${type}${filled}`;
}

/** Text that means the time of a store's clock is read in the zone that the schema takes for granted. */
export function changeType(table: string, column: ExpectedColumn, from: string): string {
  const name = quoted(column.name);
  const change = `alter column ${name} type ${column.type} using ${converted(column, from)}`;
  const value =
    column.defaultValue === null ? '' : `, alter column ${name} set default ${column.defaultValue}`;
  return `alter table ${tableName(table)} alter column ${name} drop default, ${change}${value}`;
}

function converted({ name, type }: ExpectedColumn, from: string): string {
  const column = quoted(name);
  if (type === 'timestamp with time zone' && from.startsWith('timestamp')) {
    return `${column} at time zone 'Asia/Shanghai' /* or the store's own zone */`;
  }
  if (type === 'boolean') return `${column}::text in ('1', 't', 'true')`;
  if (type === 'bigint' || type === 'integer') return `${column}::text::numeric::${type}`;
  return `${column}::text::${type}`;
}

/** The table whose rows tell the location of this one's, and the column that names it. */
const traces: Readonly<Record<string, readonly [parent: string, column: string]>> = {
  ASE_camera_rois: ['ASE_cameras', 'camera_id'],
  ASE_videos: ['ASE_cameras', 'camera_id'],
  ASE_sessions: ['ASE_cameras', 'camera_id'],
  ASE_division_states: ['ASE_sessions', 'session_id'],
  ASE_table_states: ['ASE_sessions', 'session_id'],
};

/** Names the location of rows that name none: by their parent, else the only store there is. */
export function fillLocation(table: string, existing: ReadonlySet<string>): readonly string[] {
  const [parent, column] = traces[table] ?? [];
  const traced =
    parent === undefined || column === undefined || !existing.has(parent)
      ? []
      : [
          `update ${tableName(table)} as t set location_id = p.location_id from ${tableName(parent)} as p\n  where t.location_id is null and p.${quoted(column)} = t.${quoted(column)}`,
        ];
  if (!existing.has('ASE_locations') || table === 'ASE_locations') {
    return [
      ...traced,
      `update ${tableName(table)} set location_id = ${literal(unassigned)} where location_id is null`,
    ];
  }
  const locations = tableName('ASE_locations');
  return [
    ...traced,
    `update ${tableName(table)} set location_id = (select min(location_id) from ${locations})\n  where location_id is null and (select count(*) from ${locations}) = 1`,
    `insert into ${locations} (location_id) select ${literal(unassigned)}\n  where exists (select from ${tableName(table)} where location_id is null) on conflict do nothing`,
    `update ${tableName(table)} set location_id = ${literal(unassigned)} where location_id is null`,
  ];
}

/** Copies of one record, which the key would refuse, are kept in a table of their own. */
export function moveCopies({ name, key }: Pick<ExpectedTable, 'name' | 'key'>): string {
  const columns = key.columns.map(quoted).join(', ');
  const complete = key.nullsNotDistinct
    ? 'true'
    : key.columns.map((one) => `${quoted(one)} is not null`).join(' and ');
  const [table, aside] = [tableName(name), tableName(`${name}_copies`)];
  return `do $$
begin
  if exists (select from ${table} where ${complete} group by ${columns} having count(*) > 1) then
    create table if not exists ${aside} (like ${table});
    alter table ${aside} enable row level security;
    revoke all on table ${aside} from public, anon, authenticated;
    with numbered as (
      select ctid as place, row_number() over (partition by ${columns} order by ctid) as copy from ${table} where ${complete}
    ), copies as (
      delete from ${table} where ctid in (select place from numbered where copy > 1) returning *
    )
    insert into ${aside} select * from copies;
  end if;
end
$$`;
}

export function addKey({ name, key }: Pick<ExpectedTable, 'name' | 'key'>, primary: boolean): string {
  const unique = key.nullsNotDistinct ? 'unique nulls not distinct' : 'unique';
  return `alter table ${tableName(name)} add ${primary ? 'primary key' : unique} ${columnList(key.columns)}`;
}

/** Rows that are there need no parent; what comes from now on does. */
export function addForeignKey(table: string, foreignKey: ExpectedForeignKey): string {
  const { columns, to, toColumns, onDelete } = foreignKey;
  const name = quoted(`${table}_${columns.join('_')}_fkey`.slice(0, 63));
  return `alter table ${tableName(table)} drop constraint if exists ${name},\n  add constraint ${name} foreign key ${columnList(columns)} references ${tableName(to)} ${columnList(toColumns)} ${onDelete} not valid`;
}
