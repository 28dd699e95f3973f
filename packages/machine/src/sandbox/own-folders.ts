import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import type { RealPaths } from './real-path.ts';

/** What a program of ours needs to be read to run: its build; or, from source, the whole work tree. Its interpreter too. */
export function ownFolders(command: readonly string[]): string[] {
  const file = command.findLast((word) => isAbsolute(word) && /\.[cm]?[jt]s$/.test(word));
  const folders = [...(command[0] ? [dirname(command[0])] : [])];
  if (file === undefined) return folders;
  if (existsSync(join(dirname(file), 'build.json'))) return [...folders, dirname(file)];
  return [...folders, sourceRoot(dirname(file))];
}

/** The topmost folder above with a package.json. */
function sourceRoot(folder: string): string {
  let root = folder;
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'package.json'))) root = at;
  return root;
}

/**
 * What a vendor's program needs to be read: for one that npm brought all of its `node_modules`, for in there it finds its own parts; else its
 * folder. Of a program that is called by a link both the link's folder and the real one.
 */
export function vendorFolders(command: readonly string[], real: RealPaths): string[] {
  return command
    .filter((word) => isAbsolute(word))
    .flatMap((word) => {
      const file = real.of(word);
      return file === null ? [] : [word, moduleRoot(file) ?? file, ...(moduleRoot(file) ? [] : siblings(file))];
    });
}

/** A program in a folder of its own (`/opt/x/bin/x`) may need what lies beside it. Not where programs of all kinds lie. */
function siblings(file: string): string[] {
  const folder = dirname(file);
  return /^\/(usr|bin|sbin)(\/|$)/.test(folder) || folder.split(sep).length < 4 ? [] : [folder];
}

function moduleRoot(file: string): string | null {
  const at = file.indexOf('/node_modules/');
  return at < 0 ? null : file.slice(0, at + '/node_modules'.length);
}
