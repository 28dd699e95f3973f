/**
 * Folders that tools fill and fill again without being told how, and in which nobody keeps anything: what npm and its like install by a lock
 * file, virtual environments by the name that tools choose, caches. Not `dist`, `build` and `target`: what was built last may be the very thing
 * that a person wants, and to build it again may take hours. Only what git ignores is looked for here.
 */
const REGENERABLE: ReadonlySet<string> = new Set([
  'node_modules',
  '.venv',
  '__pycache__',
  '.cache',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.tox',
  '.nox',
  '.parcel-cache',
  '.turbo',
  '.svelte-kit',
  '.next',
]);

/** Whether tools make an ignored path again: it is such a folder, or lies in one. */
export function isRegenerable(path: string): boolean {
  const names = path.split('/');
  // The last name is a file's, or empty after a folder's `/`: a file called `.cache` was made by somebody.
  return names.slice(0, -1).some((name) => REGENERABLE.has(name));
}
