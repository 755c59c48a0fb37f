import type { CloudFault } from './classify.ts';

/** What a schema or permission fault is about, as far as the cloud's words tell. */
export interface FaultSubject {
  /** what is missing or in the way, in words: `the table ASE_cameras`, null where the answer names nothing */
  readonly words: string | null;
  readonly table: string | null;
}

const patterns: readonly (readonly [RegExp, (found: readonly string[]) => string])[] = [
  // Before the table: these words hold those for a missing table.
  [
    /[Cc]olumn "?'?([^'"\s]+)'?"? of relation "?'?([^'"\s]+)'?"? does not exist/,
    ([column, table]) => `the column ${column} of ${table}`,
  ],
  [/relation "(?:public\.)?([^"]+)" does not exist/, ([name]) => `the table ${name}`],
  [/find the table '(?:public\.)?([^']+)'/, ([name]) => `the table ${name}`],
  [/find the function (?:public\.)?([\w.]+)/, ([name]) => `the function ${name}`],
  [/function (?:public\.)?([\w.]+)\(.*does not exist/, ([name]) => `the function ${name}`],
  [/find the '([^']+)' column of '([^']+)'/, ([column, table]) => `the column ${column} of ${table}`],
  [/column "?([\w.]+)"? does not exist/, ([column]) => `the column ${column}`],
  [/column "([^"]+)" is of type/, ([column]) => `the column ${column}`],
  [/column '([^']+)'/, ([column]) => `the column ${column}`],
  [/record "new" has no field "([^"]+)"/, ([column]) => `the column ${column}`],
  [/unique constraint "([^"]+)"/, ([name]) => `the unique key ${name}`],
  [/permission denied for (\w+) "?([^"\s]+)"?/, ([type, name]) => `the ${type} ${name}`],
  [/policy "[^"]+" for table "([^"]+)"/, ([name]) => `the table ${name}`],
  [/policy .*for table "([^"]+)"/, ([name]) => `the table ${name}`],
];

/** Reads names out of the cloud's words; `what` is the request, `/rest/v1/ASE_cameras` or a function's name. */
export function subjectOf(fault: CloudFault, what: string): FaultSubject {
  const table = /ASE_\w+/.exec(what)?.[0] ?? /ASE_\w+/.exec(fault.message)?.[0] ?? null;
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(fault.message);
    if (found !== null) return { words: words(found.slice(1)), table };
  }
  if (table === null) return { words: null, table };
  if (fault.code === '42P10') return { words: `the key of ${table}`, table };
  return { words: fault.kind === 'schema' && fault.code === '' ? `the table ${table}` : null, table };
}

const check = 'Run "backhaul cloud check": it prints the SQL.';
const waits = 'Nothing is lost, the records wait here.';

/** What happened, what it means for the data, what to do next: for faults of the cloud's set-up. */
export function setUpSentence(fault: CloudFault, what: string): string {
  const { words, table } = subjectOf(fault, what);
  const where = table === null || words?.includes('ASE_') ? '' : ` (${table})`;
  if (fault.kind === 'schema' && fault.code === '23505') {
    return `${capital(words ?? 'a unique key')}${where} of this project forbids a record that Backhaul's own key allows, most likely because it lacks the location, so that two stores collide. ${waits} ${check}`;
  }
  if (fault.kind === 'schema' && fault.code === '42P10') {
    return `${capital(words ?? 'a key')} in the cloud lacks the location or is missing altogether. ${waits} ${check}`;
  }
  if (fault.kind === 'schema' && !/^(|42P01|42703|42883|PGRST20\d)$/.test(fault.code)) {
    return `${capital(words ?? 'a table of the project')}${where} is not as Backhaul needs it. ${waits} ${check}`;
  }
  if (fault.kind === 'schema') {
    return `${capital(words ?? 'a table, column or function')}${where} is missing in the cloud. ${waits} ${check}`;
  }
  if (/permission denied/.test(fault.message)) {
    return `The cloud grants devices no use of ${words ?? table ?? 'what they need'}${where}: a GRANT is missing, the token is not at fault. ${waits} ${check}`;
  }
  if (/row-level security/.test(fault.message)) {
    return `The cloud's row level security refuses this box's records${table === null ? '' : ` in ${table}`}: its device token speaks for another location or may only read, or a policy is missing. ${waits} Give the box a token of its own location that may write (backhaul cloud token, cloud enroll); if it has one, "backhaul cloud check" prints the policy's SQL.`;
  }
  return `The cloud does not let this box write. ${waits} Check that the device token is for this location and not read-only; "backhaul cloud check" says what else is missing.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
