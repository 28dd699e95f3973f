import { readFile } from 'node:fs/promises';
import { absent } from './place.ts';

/**
 * Where something else is mounted in a folder: to delete the folder's files would delete that disk's. Nothing where the system does not tell
 * (macOS).
 */
export async function mountsBelow(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(absent);
  return mountPoints(table ?? '').filter((path) => path.startsWith(`${folder}/`) || path === folder);
}

/** Reads the fifth field of each line of /proc/self/mountinfo; blanks in a path are octal there. */
export function mountPoints(table: string): string[] {
  return table.split('\n').flatMap((line) => {
    const field = line.split(' ')[4];
    return field === undefined
      ? []
      : [field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))];
  });
}
