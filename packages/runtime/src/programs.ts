import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** A program of agor's that another one starts. */
export type ProgramName =
  | 'hub'
  | 'search'
  | 'machine'
  | 'pty-host'
  | 'confine'
  | 'keyring'
  | 'knowledge'
  | 'agor'
  | 'team'
  | 'mcp'
  | `runner-${string}`;

/** A part of a program that is bundled into a file of its own, so that a program without it holds nothing of it. */
type PartName = 'telemetry';

type Module = Pick<ImportMeta, 'dir'>;

/**
 * The command that starts a sibling program: from the bundle `dist/<hash>/` when `from` lies in one, so that a program only ever starts
 * its own build; else from source. Throws when there is no such program.
 */
export function programCommand(name: ProgramName, from: Module): string[] {
  return [process.execPath, ...BUN_FLAGS, programFile(name, from)];
}

/** The file of a program, or of a part that a program loads only when it is needed. Throws when there is none. */
export function programFile(name: ProgramName | PartName, from: Module): string {
  const file = isBundle(from) ? join(from.dir, `${name}.js`) : sourceOf(name);
  if (!existsSync(file))
    throw new Error(`agor has no program "${name}": ${file} is missing. Run \`npm start\` to build it.`);
  return file;
}

/** The hash of the build that this code belongs to, or 'source'. */
export function buildId(from: Module = import.meta): string {
  return isBundle(from) ? basename(from.dir) : 'source';
}

/** The folder of the built face, or null when this code runs from source. */
export function webRoot(from: Module = import.meta): string | null {
  const dir = join(from.dir, 'web');
  return isBundle(from) && existsSync(dir) ? dir : null;
}

/** A program of ours always runs in some project's folder or in /: what lies there must not decide how it runs. */
const BUN_FLAGS: readonly string[] = ['--no-env-file', '--config=/dev/null', '--no-install'];

/** The build writes this file last, beside the programs. */
function isBundle(from: Module): boolean {
  return existsSync(join(from.dir, 'build.json'));
}

function sourceOf(name: ProgramName | PartName): string {
  const packages = resolve(import.meta.dir, '..', '..');
  if (name === 'pty-host') return join(packages, 'machine', 'src', 'pty-host', 'main.ts');
  if (name === 'confine') return join(packages, 'machine', 'src', 'sandbox', 'main.ts');
  if (name === 'knowledge') return join(packages, 'machine', 'src', 'knowledge', 'main.ts');
  if (name === 'search') return join(packages, 'hub', 'src', 'search', 'main.ts');
  if (name === 'telemetry') return join(packages, 'hub', 'src', 'telemetry', 'exporter', 'main.ts');
  if (name === 'keyring') return join(packages, 'hub', 'src', 'secrets', 'keyring', 'main.ts');
  if (name === 'mcp') return join(packages, 'cli', 'src', 'mcp', 'main.ts');
  if (name === 'team') return join(packages, 'cli', 'src', 'team', 'main.ts');
  if (name === 'agor') return join(packages, 'cli', 'src', 'main.ts');
  if (name.startsWith('runner-')) return join(packages, 'providers', 'src', name.slice('runner-'.length), 'main.ts');
  return join(packages, name, 'src', 'main.ts');
}
