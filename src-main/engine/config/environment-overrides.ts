import { type ConfigKey, configKeys } from './config-keys.ts';
import { type ConfigFault, describeValueFault } from './describe-fault.ts';
import { type Environment, otherVariables } from './environment.ts';
import { similarNames } from './similar-name.ts';

/** A key of config.json whose value comes from a variable. */
export interface Override {
  readonly path: readonly string[];
  readonly variable: string;
  readonly value: unknown;
}

/** What the environment says about keys of config.json; a value that does not do is a fault with its variable's name. */
export function environmentOverrides(environment: Environment): {
  readonly overrides: readonly Override[];
  readonly faults: readonly ConfigFault[];
} {
  const overrides: Override[] = [];
  const faults: ConfigFault[] = [];
  for (const key of configKeys) {
    const supabase = key.name === 'cloud.url' && environment.supabaseUrl !== null;
    const variable = supabase ? 'SUPABASE_URL' : key.variable;
    const text = supabase ? environment.supabaseUrl : environment.overrides[variable];
    if (text === undefined || text === null) continue;
    const read = readValue(key, text);
    if (read.ok) overrides.push({ path: key.path, variable, value: read.value });
    else faults.push({ path: variable, reason: `${read.reason} (it overrides ${key.name})` });
  }
  return { overrides, faults };
}

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

/** JSON where it parses and fits, else the text: a location may well be named 12. */
function readValue(key: ConfigKey, text: string): Read {
  const json = parseJson(text);
  const candidates = json === undefined ? [text] : [json, text];
  const value = candidates.find((one) => key.schema.safeParse(one).success);
  if (value !== undefined) return { ok: true, value };
  const refused = key.schema.safeParse(candidates[0]);
  const reason = refused.success ? '' : describeValueFault(refused.error, candidates[0], key.path);
  return { ok: false, reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Variables that look as if they were meant for Backhaul and are not read by it. */
export function environmentWarnings(environment: Environment): readonly ConfigFault[] {
  return [...unreadVariables(environment), ...foreignVariables(environment)];
}

function unreadVariables({ overrides }: Environment): readonly ConfigFault[] {
  const known = [...configKeys.map((key) => key.variable), ...otherVariables];
  const groups = new Set(configKeys.map((key) => `${key.variable.split('_').slice(0, 2).join('_')}_`));
  return Object.keys(overrides)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const [near] = similarNames(name, known);
      if (near !== undefined) return [{ path: name, reason: `is not read; did you mean ${near}?` }];
      const alike = [...groups].some((group) => name.startsWith(group));
      return alike ? [{ path: name, reason: 'is not read: no key of the configuration has this name' }] : [];
    });
}

const supabaseVariables = ['SUPABASE_URL', 'SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_ANON_KEY'];

function foreignVariables({ names, overrides }: Environment): readonly ConfigFault[] {
  const powerful = names.filter((name) => /^SUPABASE_.*(SERVICE|SECRET)/.test(name));
  const unread = names.filter(
    (name) => /^SUPABASE_(KEY|API_KEY|TOKEN|PUBLIC_.*|PROJECT_URL)$/.test(name) && !powerful.includes(name),
  );
  const both = names.includes('SUPABASE_URL') && overrides.BACKHAUL_CLOUD_URL !== undefined;
  return [
    ...powerful.map((path) => ({
      path,
      reason:
        'is set in this environment: only "cloud enroll" on an administrator\'s machine needs it, and a key that opens every store must not lie on a box. Unless this is that machine, take it out',
    })),
    ...unread.map((path) => ({
      path,
      reason: `is not read; Backhaul reads ${supabaseVariables.join(', ')}`,
    })),
    ...(both ? [{ path: 'BACKHAUL_CLOUD_URL', reason: 'is not used, since SUPABASE_URL wins over it' }] : []),
  ];
}
