import { isDeepStrictEqual } from 'node:util';
import { KEPT_FIELDS } from '@agor/protocol';
import { type Entries, isObject } from './mask.ts';

/**
 * `now` with what makes `edited` of `base`: fields that the edit left alone are as they are now, fields that it changed as it has them. Lists
 * and plain values are changed as a whole. What is removed goes whole, but for variables and headers that others added to those removed.
 */
export function mergeEdits(base: unknown, edited: unknown, now: unknown, field = ''): unknown {
  if (isDeepStrictEqual(base, edited)) return now;
  if (edited === undefined && KEPT_FIELDS.includes(field) && isObject(base)) {
    const left = mergeEdits(base, {}, now);
    return isObject(left) && Object.keys(left).length > 0 ? left : undefined;
  }
  if (!isObject(edited) || !isObject(now) || !(base === undefined || isObject(base))) return edited;
  const own = (of: Entries | undefined, name: string) => (of && Object.hasOwn(of, name) ? of[name] : undefined);
  const names = new Set([...Object.keys(now), ...Object.keys(edited)]);
  const entries = [...names].map((name) => [
    name,
    mergeEdits(own(base, name), own(edited, name), own(now, name), name),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
