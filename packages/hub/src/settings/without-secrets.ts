import { isShowable, KEPT_FIELDS } from '@agor/protocol';

/** Names under which people keep keys: `ANTHROPIC_API_KEY`, `token`, `dbPassword`. */
const SECRET_NAME = /(key|token|secret|passwo?r?d|passphrase|credentials?|auth|cookie|private)$/i;
/** Vendors' keys by their beginning, and long texts without a word in them. */
const SECRET_VALUE = /^(sk-|ghp_|gho_|github_pat_|glpat-|xox[abp]-|AKIA|AIza|eyJ)|^[A-Za-z0-9+=_-]{32,}$/;

type Entries = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function looksSecret(name: string, value: unknown): boolean {
  return typeof value === 'string' && value !== '' && (SECRET_NAME.test(name) || SECRET_VALUE.test(value));
}

/** Whether what stands under `name` in `parent` does not leave this computer: the value of a variable or header, or what looks like a secret. */
function isLeftOut(parent: string, name: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (KEPT_FIELDS.includes(parent)) return !isShowable(value);
  return looksSecret(name, value) && !OWN_NAMES.has(name);
}

/** The value without what does not leave this computer, whose places go into `leftOut`. Ids and hashes of agor's own are told by their name. */
export function withoutSecrets(value: unknown, place: string, leftOut: string[], parent = ''): unknown {
  if (Array.isArray(value)) return value.map((one, index) => withoutSecrets(one, `${place}.${index}`, leftOut));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, inner]) => {
    if (!isLeftOut(parent, name, inner))
      return [[name, withoutSecrets(inner, `${place}.${name}`, leftOut, name)] as const];
    leftOut.push(`${place}.${name}`);
    return [];
  });
  return Object.fromEntries(kept);
}
const OWN_NAMES = new Set(['id', 'activeGroupId', 'identifier', 'acceptedRepoSettings', 'cwd', 'path']);

/** `next` with the secrets of `before` that it does not name, so that importing what was exported takes no key away. */
export function withSecretsOf(before: unknown, next: unknown, parent = ''): unknown {
  if (!isObject(before) || !isObject(next)) return next;
  const merged: Record<string, unknown> = { ...next };
  for (const [name, known] of Object.entries(before)) {
    if (Object.hasOwn(next, name)) merged[name] = withSecretsOf(known, next[name], name);
    else if (isLeftOut(parent, name, known)) merged[name] = known;
    else if (KEPT_FIELDS.includes(name)) merged[name] = withSecretsOf(known, {}, name);
  }
  return merged;
}
