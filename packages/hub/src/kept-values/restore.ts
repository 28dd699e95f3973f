import { isDeepStrictEqual } from 'node:util';
import { KEPT_FIELDS, keptName } from '@agor/protocol';
import { rejected } from '../failure.ts';
import { type Entries, isObject, mapEntries, mask } from './mask.ts';
import { mergeEdits } from './merge-edits.ts';

/**
 * What a client wrote, with the values that it only saw as `kept://NAME` taken from `stored`, name by name. Throws `Failure` REJECTED for one
 * that is not stored; values that come without the mark are taken as they are.
 */
export function restore<T>(written: T, stored: unknown): T {
  return restored(written, stored, []) as T;
}

/** As `restore`, of an edit that began with `base`, as it was shown then: what others changed since and this edit did not stays. */
export function restoreEdit<T>(written: T, stored: unknown, base: unknown): T {
  return restore(base === undefined ? written : (mergeEdits(base, written, mask(stored)) as T), stored);
}

function restored(written: unknown, stored: unknown, place: readonly string[]): unknown {
  if (Array.isArray(written)) return written.map((each, index) => restoredItem(each, stored, [...place, `${index}`]));
  if (!isObject(written)) return written;
  return mapEntries(written, (inner, name) => {
    const at = [...place, name];
    const known = own(stored, name);
    if (!KEPT_FIELDS.includes(name) || !isObject(inner)) return restored(inner, known, at);
    return mapEntries(inner, (value, key) =>
      typeof value === 'string' ? restoredValue(value, known, [...at, key]) : restored(value, own(known, key), at),
    );
  });
}

/** Items of a list have no name: one that was not edited is known by how it looked. */
function restoredItem(written: unknown, stored: unknown, place: readonly string[]): unknown {
  const known = Array.isArray(stored) ? stored.find((each) => isDeepStrictEqual(mask(each), written)) : undefined;
  return known === undefined ? restored(written, undefined, place) : known;
}

function restoredValue(value: string, stored: unknown, place: readonly string[]): string {
  const name = keptName(value);
  if (name === null) return value;
  const known = own(stored, name);
  if (typeof known === 'string') return known;
  throw rejected(
    `No value is kept under ${JSON.stringify(name)} for ${place.join('.')}: it may have been removed or renamed in another window. Enter the value, or leave the variable out.`,
  );
}

function own(of: unknown, name: string): unknown {
  return isObject(of) && Object.hasOwn(of, name) ? (of as Entries)[name] : undefined;
}
