import { isDeepStrictEqual } from 'node:util';
import { type Entries, isObject } from './mask.ts';

/**
 * `now` with what makes `edited` of `base`: fields that the edit left alone are as they are now, fields that it changed as it has them. Lists
 * and plain values are changed as a whole.
 */
export function mergeEdits(base: unknown, edited: unknown, now: unknown): unknown {
  if (isDeepStrictEqual(base, edited)) return now;
  if (!isObject(edited) || !isObject(now) || !(base === undefined || isObject(base))) return edited;
  const own = (of: Entries | undefined, name: string) => (of && Object.hasOwn(of, name) ? of[name] : undefined);
  const names = new Set([...Object.keys(now), ...Object.keys(edited)]);
  const entries = [...names].map((name) => [name, mergeEdits(own(base, name), own(edited, name), own(now, name))]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
