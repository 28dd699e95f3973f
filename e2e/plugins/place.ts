import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserWorld } from '../browser/world.ts';

export interface Placed {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly code: string;
}

/** The folder that the hub of this world looks into. */
async function folderOf(agor: BrowserWorld): Promise<string> {
  return (JSON.parse(await agor.agor('plugins', 'list', '--json')) as { folder: string }).folder;
}

/** Writes a plugin into the folder, and enables it as the command line does. */
export async function place(agor: BrowserWorld, { id, name, permissions, code }: Placed, enable = true): Promise<void> {
  const folder = join(await folderOf(agor), id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ id, name, version: '1.0.0', permissions }));
  writeFileSync(join(folder, 'index.js'), code);
  if (enable) await agor.agor('plugins', 'enable', id, '--yes');
}

export function source(name: string): string {
  return readFileSync(resolve(import.meta.dirname, name), 'utf8');
}
