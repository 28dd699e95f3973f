import { type FSWatcher, mkdirSync, readdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import type { ThemeProblem, UserTheme, UserThemes } from '@agor/protocol';
import { type Clock, type Logger, writeFileAtomic } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import { notFound, rejected } from '../failure.ts';
import { readTheme } from './read-theme.ts';

/** Files that are read; more are told as a problem. */
const MAX_FILES = 200;
const MAX_BYTES = 100_000;
/** An editor writes a file in several steps: they are one change. In ms. */
const SETTLE_MS = 100;
const NAME = /^[a-z0-9][a-z0-9 ._-]{0,60}$/i;

/** The person's own themes: the `*.json` of one folder, read again whenever something in it changes. */
export class Themes implements Disposable {
  #current: UserThemes;
  #watcher: FSWatcher | null = null;
  #settling: Disposable | null = null;

  constructor(
    private readonly options: {
      readonly folder: string;
      readonly bus: HubBus;
      readonly clock: Clock;
      readonly log: Logger;
    },
  ) {
    this.#watch();
    this.#current = this.#read();
  }

  get current(): UserThemes {
    return this.#current;
  }

  /** Keeps a theme as a new file and returns its id. Throws `Failure` REJECTED in words. */
  import(name: string, text: string): string {
    const stem = name.replace(/\.json$/i, '').trim();
    if (!NAME.test(stem))
      throw rejected(`"${name}" can't be the name of a file: use letters, digits, spaces and - . _`);
    const theme = readTheme(text);
    if (!theme.ok) throw rejected(`${name} is no theme of agor: ${theme.error}`);
    const file = `${stem}.json`;
    if (this.#current.themes.some((known) => known.file === file) || this.#isThere(file))
      throw rejected(`There is a theme file ${file} already: give this one another name.`);
    mkdirSync(this.options.folder, { recursive: true });
    writeFileAtomic(join(this.options.folder, file), `${JSON.stringify(theme.value, null, 2)}\n`);
    this.#refresh();
    return idOf(file);
  }

  /** Throws `Failure` NOT_FOUND when there is no such theme. */
  remove(id: string): void {
    const known = this.#current.themes.find((theme) => theme.id === id);
    if (!known) throw notFound('There is no such theme file.');
    rmSync(join(this.options.folder, known.file), { force: true });
    this.#refresh();
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    this.#settling?.[Symbol.dispose]();
  }

  #isThere(file: string): boolean {
    return statSync(join(this.options.folder, file), { throwIfNoEntry: false }) !== undefined;
  }

  #watch(): void {
    const { folder, clock, log } = this.options;
    try {
      mkdirSync(folder, { recursive: true });
      this.#watcher = watch(folder, () => {
        this.#settling ??= clock.setTimeout(() => {
          this.#settling = null;
          this.#refresh();
        }, SETTLE_MS);
      });
      this.#watcher.on('error', (error) => log.warn('the folder of themes is no longer watched', { error }));
    } catch (error) {
      // A read-only config folder, or no more watches: themes are then read at the next start.
      log.warn('the folder of themes is not watched', { error });
    }
  }

  #refresh(): void {
    const now = this.#read();
    if (JSON.stringify(now) === JSON.stringify(this.#current)) return;
    this.#current = now;
    this.options.bus.emit('themes', now);
  }

  #read(): UserThemes {
    const { folder } = this.options;
    const themes: UserTheme[] = [];
    const problems: ThemeProblem[] = [];
    const files = this.#files();
    if (files.length > MAX_FILES)
      problems.push({ file: folder, message: `only the first ${MAX_FILES} of ${files.length} files are read` });
    for (const file of files.slice(0, MAX_FILES)) {
      const theme = this.#readFile(file);
      if (typeof theme === 'string') problems.push({ file, message: theme });
      else themes.push(theme);
    }
    return { folder, themes, problems };
  }

  #files(): string[] {
    try {
      return readdirSync(this.options.folder)
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .sort();
    } catch {
      return []; // no folder: nobody made a theme
    }
  }

  #readFile(file: string): UserTheme | string {
    const path = join(this.options.folder, file);
    try {
      if (statSync(path).size > MAX_BYTES) return `it is larger than ${MAX_BYTES} bytes`;
      const theme = readTheme(readFileSync(path, 'utf8'));
      return theme.ok ? { id: idOf(file), file, ...theme.value } : theme.error;
    } catch (error) {
      return `it could not be read: ${(error as Error).message}`;
    }
  }
}

function idOf(file: string): string {
  return `user:${basename(file, '.json')}`;
}
