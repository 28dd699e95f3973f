/**
 * `providers.codex.config` is Codex's own configuration: what stands there goes to it as `-c key=value`. Whoever lists the processes of this
 * computer can read that, so values that are secrets go with the thread instead, through the pipe.
 */
export interface Overrides {
  /** `-c`, `key=value`, `-c`, … */
  readonly args: string[];
  /** By dotted path, for `thread/start` and its like. */
  readonly secrets: Record<string, unknown>;
}

/** Ours, below what the settings say: no calls home besides the model's, and no news of updates. */
const DEFAULTS: Readonly<Record<string, unknown>> = { 'features.plugins': false, check_for_update_on_startup: false };

/** Keys of values that nobody else may see; names of variables (`env_key`, `bearer_token_env_var`) are no secrets. */
const SECRET_KEY = /(^|[_-])(api[_-]?key|token|secret|password|authorization)$/i;
/** Tables of which every value may be one. */
const SECRET_TABLES = new Set(['http_headers', 'query_params', 'env', 'set']);

export function overridesOf(config: Readonly<Record<string, unknown>>): Overrides {
  const all = { ...withoutThoseOf(config), ...config };
  const args: string[] = [];
  const secrets: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(all)) {
    const open = withoutSecrets(value, key, secrets);
    if (open !== undefined) args.push('-c', `${key}=${toml(open)}`);
  }
  return { args, secrets };
}

/** Our defaults, but those that the settings decide themselves, as a dotted key or in a table. */
function withoutThoseOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(DEFAULTS).filter(([key]) => {
      const [table = '', name = ''] = key.split('.');
      const inTable = config[table];
      return !Object.hasOwn(config, key) && !(isTable(inTable) && Object.hasOwn(inTable, name));
    }),
  );
}

/** The value without what is secret in it, which is put aside by its path; undefined when nothing is left. */
function withoutSecrets(value: unknown, path: string, secrets: Record<string, unknown>): unknown {
  const keys = path.split('.');
  const name = keys.at(-1) ?? '';
  if (value === null || value === undefined) return undefined;
  if (SECRET_KEY.test(name) || SECRET_TABLES.has(keys.at(-2) ?? '') || (SECRET_TABLES.has(name) && isTable(value))) {
    secrets[path] = value;
    return undefined;
  }
  if (!isTable(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, withoutSecrets(each, `${path}.${key}`, secrets)]);
  const left = entries.filter(([, each]) => each !== undefined);
  return left.length === 0 && entries.length > 0 ? undefined : Object.fromEntries(left);
}

/** A value as TOML writes it in one line. */
export function toml(value: unknown): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Array.isArray(value)) return `[${value.map(toml).join(', ')}]`;
  if (isTable(value)) {
    const entries = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
    return `{${entries.map(([key, each]) => `${tomlKey(key)} = ${toml(each)}`).join(', ')}}`;
  }
  return tomlString(String(value));
}

/** A basic string of TOML is JSON's, but for the one control character that JSON leaves as it is. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
