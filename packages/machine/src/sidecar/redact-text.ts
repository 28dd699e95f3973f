import { isSecretName } from '../environment/index.ts';

const MIN_SECRET_CHARS = 8;
const KEY_LIKE = /\b(?:sk|pk|ghp|gho|ghs|xox[abp])[-_][A-Za-z0-9_-]{16,}|\bBearer\s+[A-Za-z0-9._~+/-]{16,}=*/g;

/** Replaces the values of the environment's secret-looking variables, and what looks like a key anywhere, by `[redacted]`. */
export function redactText(text: string, env: Readonly<Record<string, string>>): string {
  let clean = text;
  for (const [name, value] of Object.entries(env)) {
    if (value.length >= MIN_SECRET_CHARS && isSecretName(name)) clean = clean.replaceAll(value, '[redacted]');
  }
  return clean.replace(KEY_LIKE, '[redacted]');
}
