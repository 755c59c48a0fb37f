import envPaths from 'env-paths';

/** The only place that reads the environment; everything else takes what it needs as an argument. */
export interface Environment {
  readonly dataDir: string;
  readonly supabaseUrl: string | null;
  readonly supabaseKey: string | null;
  readonly deviceToken: string | null;
  /** the project's secret or service key: for `cloud enroll` only */
  readonly secretKey: string | null;
  readonly databaseUrl: string | null;
  readonly runtimeDir: string | null;
  /** the folders that programs are looked for in */
  readonly searchPath: string;
  /** the folder that relative paths of a command start from */
  readonly callerDir: string;
  /** what overrides keys of config.json: BACKHAUL_* that are set, without those that hold secrets */
  readonly overrides: Readonly<Record<string, string>>;
  /** the names of all BACKHAUL_* and SUPABASE_* that are set */
  readonly names: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables of ours that are no key of config.json. */
export const otherVariables = [
  'BACKHAUL_DATA_DIR',
  'BACKHAUL_DEVICE_TOKEN',
  'BACKHAUL_DB_URL',
  'BACKHAUL_ELECTRON',
] as const;

export function readEnvironment(variables: Variables = process.env): Environment {
  const names = Object.keys(variables).filter(
    (name) => /^(BACKHAUL|SUPABASE)_/.test(name) && present(variables[name]) !== null,
  );
  const overriding = names.filter(
    (name) => name.startsWith('BACKHAUL_') && !(otherVariables as readonly string[]).includes(name),
  );
  return {
    dataDir: present(variables.BACKHAUL_DATA_DIR) ?? envPaths('backhaul', { suffix: '' }).data,
    supabaseUrl: present(variables.SUPABASE_URL),
    supabaseKey: present(variables.SUPABASE_PUBLISHABLE_KEY) ?? present(variables.SUPABASE_ANON_KEY),
    deviceToken: present(variables.BACKHAUL_DEVICE_TOKEN),
    secretKey: present(variables.SUPABASE_SECRET_KEY) ?? present(variables.SUPABASE_SERVICE_ROLE_KEY),
    databaseUrl: present(variables.BACKHAUL_DB_URL),
    runtimeDir: present(variables.XDG_RUNTIME_DIR),
    searchPath: variables.PATH ?? '',
    callerDir: callerDir(variables),
    overrides: Object.fromEntries(overriding.map((name) => [name, present(variables[name]) ?? ''])),
    names,
  };
}

/** What must never be written anywhere: keys, tokens, and the password in the address of a database. */
export function secretsOf(environment: Environment): readonly string[] {
  const { supabaseKey, deviceToken, secretKey, databaseUrl } = environment;
  const given = [supabaseKey, deviceToken, secretKey, databaseUrl, passwordOf(databaseUrl)];
  return given.filter((secret) => secret !== null);
}

function passwordOf(address: string | null): string | null {
  const password = /^[^:]+:\/\/[^:@/]*:(.+)@/.exec(address ?? '')?.[1];
  if (password === undefined) return null;
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

/** `npm run backhaul` runs in the project's folder; npm says where it was called from. */
function callerDir(variables: Variables): string {
  const fromNpm = variables.npm_lifecycle_event === 'backhaul' ? present(variables.INIT_CWD) : null;
  return fromNpm ?? process.cwd();
}

function present(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}
