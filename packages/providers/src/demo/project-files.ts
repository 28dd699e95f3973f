import { readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** Files above this size are not read. */
const MAX_READ_BYTES = 4 * 1024 * 1024;

/** A file that is not there, not in the project, or too large: said to the person, no bug. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

/** The real path of a file of the project, also one that is yet to be made. Throws `FileRefused` for a place outside. */
export async function placeInProject(cwd: string, path: string): Promise<string> {
  const root = await realpath(cwd);
  const wanted = resolve(root, path);
  const real = await realpath(wanted).catch(async () => {
    const folder = await realpath(dirname(wanted)).catch(() => {
      throw new FileRefused(`${path}: there is no folder ${relative(root, dirname(wanted)) || dirname(wanted)}`);
    });
    return join(folder, basename(wanted));
  });
  if (real !== root && !real.startsWith(root + sep)) throw new FileRefused(`${path} is outside of the project`);
  return real;
}

/** The text of a project's file. Throws `FileRefused` with the reason when it cannot be read. */
export async function readProjectFile(cwd: string, path: string): Promise<string> {
  const file = await placeInProject(cwd, path);
  if (Bun.file(file).size > MAX_READ_BYTES) throw new FileRefused(`${path} is larger than ${MAX_READ_BYTES} bytes`);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new FileRefused(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The text, or null when the file cannot be read or is not there. */
export async function readIfThere(cwd: string, path: string): Promise<string | null> {
  try {
    return await readProjectFile(cwd, path);
  } catch (error) {
    if (error instanceof FileRefused) return null;
    throw error;
  }
}

export async function writeProjectFile(cwd: string, path: string, text: string): Promise<void> {
  const file = await placeInProject(cwd, path);
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new FileRefused(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}
