import { isShowable, KEPT_FIELDS, keptValue } from '@agor/protocol';

export type Entries = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What clients may see of settings and groups: the values of variables and headers stand as `kept://NAME` in it. */
export function mask<T>(value: T): T {
  return masked(value) as T;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (!isObject(value)) return value;
  return mapEntries(value, (inner, name) =>
    KEPT_FIELDS.includes(name) && isObject(inner) ? mapEntries(inner, maskedValue) : masked(inner),
  );
}

function maskedValue(value: unknown, name: string): unknown {
  if (typeof value !== 'string') return masked(value);
  return isShowable(value) ? value : keptValue(name);
}

/** Names are the person's: `__proto__` is one like any other. */
export function mapEntries(of: Entries, map: (value: unknown, name: string) => unknown): Entries {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value, name)]));
}
