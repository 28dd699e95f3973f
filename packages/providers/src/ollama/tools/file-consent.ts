import type { Located, Place } from './place.ts';
import type { Consent } from './tool.ts';

/** Reading inside the project is never asked for; elsewhere for exactly this call. */
export async function consentToRead(name: string, path: string, place: Place): Promise<Consent> {
  const located = await place.locate(path);
  const title = `${name} ${located.shown}`;
  if (located.inside) return { ruleName: null, edits: false, title };
  return {
    ruleName: name,
    edits: false,
    title,
    reason: `${located.shown} is outside of the project`,
    alwaysLabel: 'Always allow exactly this in this project',
    alwaysScope: 'input',
  };
}

/**
 * An "always" for a file tool reaches every file of the project; calls elsewhere, or in `.git`, have a name of their own that no such rule
 * matches, and are asked for even when edits are accepted.
 */
export function consentToChange(name: string, located: Located): Consent {
  const title = `${name} ${located.shown}`;
  if (located.inside && !located.guarded)
    return {
      ruleName: name,
      edits: true,
      title,
      alwaysLabel: `Always allow ${name} in this project`,
      alwaysScope: 'tool',
    };
  return {
    ruleName: `${name} (guarded place)`,
    edits: false,
    title,
    reason: located.inside ? `${located.shown} belongs to git` : `${located.shown} is outside of the project`,
    alwaysLabel: 'Always allow exactly this change',
    alwaysScope: 'input',
  };
}
