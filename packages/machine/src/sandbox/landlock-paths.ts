import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LauncherOrders } from './orders.ts';
import { isWithin, type Policy, pathsOf, ruleFor } from './policy.ts';

type Paths = NonNullable<LauncherOrders['landlock']>['paths'];

/** Devices that hold nothing of anybody. Inside of bubblewrap the whole of /dev is a private one. */
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts'].map((name) => `/dev/${name}`);

/** Inside of bubblewrap: what must not be there is not there, so that whole folders can be allowed. */
export function pathsInsideMounts(policy: Policy, sharedTmp: boolean): Paths {
  return [
    ['list', '/'],
    ...[...policy].flatMap(([path, rule]): Paths => (rule === 'hide' ? [] : [[rule, path]])),
    ['write', '/dev'],
    ...(sharedTmp ? ([['write', '/tmp']] as Paths) : []),
  ];
}

/**
 * By Landlock alone: it can't take back below a folder what it gave to it. A folder with something hidden in it is therefore given by its
 * parts, as they are now; in the folder itself nothing new can be made.
 */
export function pathsByThemselves(policy: Policy): Paths {
  const hidden = pathsOf(policy, 'hide').filter((path) => ruleFor(policy, dirname(path)) !== 'hide');
  const parts = (path: string, rule: 'read' | 'write'): Paths => {
    if (hidden.includes(path)) return [];
    if (!hidden.some((one) => isWithin(one, path))) return [[rule, path]];
    return [['list', path], ...children(path).flatMap((name) => parts(join(path, name), rule))];
  };
  return [
    ...[...policy].flatMap(([path, rule]) => (rule === 'hide' ? [] : parts(path, rule))),
    ...DEVICES.map((path): Paths[number] => ['write', path]),
  ];
}

function children(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // gone, or not ours: nothing to give
  }
}
