import envPaths from 'env-paths';

/** The only place that reads the environment; everything else takes what it needs as an argument. */
export interface Environment {
  readonly dataDir: string;
  readonly supabaseUrl: string | null;
  readonly supabaseKey: string | null;
  readonly deviceToken: string | null;
  readonly databaseUrl: string | null;
  readonly locationId: string | null;
  readonly logLevel: string | null;
  readonly runtimeDir: string | null;
  /** the folder that relative paths of a command start from */
  readonly callerDir: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function readEnvironment(variables: Variables = process.env): Environment {
  return {
    dataDir: present(variables.BACKHAUL_DATA_DIR) ?? envPaths('backhaul', { suffix: '' }).data,
    supabaseUrl: present(variables.SUPABASE_URL),
    supabaseKey: present(variables.SUPABASE_PUBLISHABLE_KEY) ?? present(variables.SUPABASE_ANON_KEY),
    deviceToken: present(variables.BACKHAUL_DEVICE_TOKEN),
    databaseUrl: present(variables.BACKHAUL_DB_URL),
    locationId: present(variables.BACKHAUL_LOCATION_ID),
    logLevel: present(variables.BACKHAUL_LOG_LEVEL),
    runtimeDir: present(variables.XDG_RUNTIME_DIR),
    callerDir: callerDir(variables),
  };
}

/** `npm run backhaul` runs in the project's folder; npm says where it was called from. */
function callerDir(variables: Variables): string {
  const fromNpm = variables.npm_lifecycle_event === 'backhaul' ? present(variables.INIT_CWD) : null;
  return fromNpm ?? process.cwd();
}

function present(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}
