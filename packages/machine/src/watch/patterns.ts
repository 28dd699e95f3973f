import type { FileWatchWish } from '@agor/protocol';

/** Folders that tools fill: no glob looks into them unless it names them. */
const SKIPPED: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'target',
  'dist',
  'build',
  '__pycache__',
  '.venv',
  '.svelte-kit',
  '.next',
  '.nuxt',
  '.cache',
]);

/** Which files a watch means, and in which folders they can lie. All paths are from the watch's folder on. */
export interface Wanted {
  matches(path: string): boolean;
  /** Files that are meant may lie below this folder. */
  mayContain(folder: string): boolean;
  /** Names to look at in a folder, when no others can matter; null: any. */
  namesIn(folder: string): ReadonlySet<string> | null;
  /** The files below a folder that are meant by their name. */
  named(folder: string): string[];
}

/** Reads a watch's files and globs. A pattern without wildcards is a file; one with brackets may be a file's name too. */
export function wanted({ files, patterns }: Pick<FileWatchWish, 'files' | 'patterns'>): Wanted {
  const exact = new Set([...files, ...patterns.filter((p) => !isGlob(p))].map(clean));
  const globs = patterns.filter(isGlob).map((pattern) => compile(clean(pattern)));
  const prefixes = new Set([...exact].flatMap(foldersOf));
  const below = (folder: string) => [...exact].filter((path) => path.startsWith(startOf(folder)));
  return {
    matches: (path) => exact.has(path) || globs.some((glob) => glob.matches(path)),
    mayContain: (folder) => prefixes.has(folder) || globs.some((glob) => glob.mayContain(folder)),
    namesIn: (folder) => {
      if (globs.some((glob) => glob.mayContain(folder))) return null;
      return new Set(below(folder).map((path) => path.slice(startOf(folder).length).split('/', 1)[0] ?? ''));
    },
    named: below,
  };
}

function startOf(folder: string): string {
  return folder === '' ? '' : `${folder}/`;
}

function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}

function clean(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replaceAll(/\/{2,}/g, '/');
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at).join('/'));
}

function compile(pattern: string): Pick<Wanted, 'matches' | 'mayContain'> {
  const glob = new Bun.Glob(pattern);
  const parts = pattern.split('/');
  // From there on any folder may do: `**`, or braces with a slash in them.
  const open = parts.findIndex((text) => text.includes('**') || count(text, '{') !== count(text, '}'));
  const isOpen = open >= 0;
  const folders = parts.slice(0, isOpen ? open : -1);
  const segments = folders.map((text) => ({ text, glob: new Bun.Glob(text) }));
  return {
    matches: (path) => path === pattern || glob.match(path),
    mayContain: (folder) => {
      const inside = folder === '' ? [] : folder.split('/');
      return inside.every((part, at) => {
        const segment = segments[at];
        if (!segment) return isOpen && !SKIPPED.has(part);
        return part === segment.text || (!SKIPPED.has(part) && segment.glob.match(part));
      });
    },
  };
}

function count(text: string, char: string): number {
  return text.split(char).length;
}
