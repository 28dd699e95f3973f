import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { MAX_SSH_HOSTS, type SshHost } from '@agor/protocol';

/** As of OpenSSH. */
const MAX_INCLUDE_DEPTH = 16;
const MAX_FILES = 200;
const MAX_FILE_BYTES = 1024 * 1024;

type Found = { -readonly [Key in keyof SshHost]: SshHost[Key] };
const KEYS = { hostname: 'hostName', user: 'user', port: 'port', identityfile: 'keyFile' } as const;

/**
 * The hosts that an ssh config names, with the files that it includes, in their order. For a list to choose from: what ssh would do with one
 * in the end (`Match`, patterns, `CanonicalizeHostname`) only ssh knows. A file that is missing or can't be read names none. Nothing is written.
 */
export async function sshHosts(file: string = join(homedir(), '.ssh', 'config')): Promise<SshHost[]> {
  const reader = new Reader(dirname(file));
  await reader.read(file, 0);
  return reader.hosts;
}

class Reader {
  readonly #found = new Map<string, Found>();
  /** Those that the lines which follow are about. */
  #current: Found[] = [];
  #files = 0;

  constructor(private readonly folder: string) {}

  get hosts(): SshHost[] {
    return [...this.#found.values()];
  }

  async read(file: string, depth: number): Promise<void> {
    if (depth > MAX_INCLUDE_DEPTH || ++this.#files > MAX_FILES) return;
    for (const line of (await textOf(file)).split('\n')) {
      const [keyword, ...words] = wordsOf(line);
      if (keyword === undefined) continue;
      if (keyword === 'include') {
        for (const pattern of words) for (const path of await this.#included(pattern)) await this.read(path, depth + 1);
      } else this.#take(keyword, words);
    }
  }

  #take(keyword: string, words: readonly string[]): void {
    if (keyword === 'match') this.#current = [];
    else if (keyword === 'host') {
      const aliases = words.filter((word) => !/[*?!]/.test(word));
      this.#current = aliases.map((alias) => this.#host(alias)).filter((host) => host !== null);
    } else if (Object.hasOwn(KEYS, keyword)) {
      const [value] = words;
      for (const host of this.#current) if (value !== undefined) set(host, KEYS[keyword as keyof typeof KEYS], value);
    }
  }

  #host(alias: string): Found | null {
    const known = this.#found.get(alias);
    if (known) return known;
    if (this.#found.size >= MAX_SSH_HOSTS) return null;
    const host: Found = { alias, hostName: null, port: null, user: null, keyFile: null };
    this.#found.set(alias, host);
    return host;
  }

  /** Files that an `Include` names: patterns in the last part of a path, which is what people write. */
  async #included(pattern: string): Promise<string[]> {
    const path = pattern.startsWith('~/') ? join(homedir(), pattern.slice(2)) : pattern;
    const full = isAbsolute(path) ? path : join(this.folder, path);
    const name = basename(full);
    if (!/[*?]/.test(name)) return [full];
    const matches = new RegExp(
      `^${name
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    try {
      const names = await readdir(dirname(full));
      return names
        .filter((one) => !one.startsWith('.') && matches.test(one))
        .sort()
        .map((one) => join(dirname(full), one));
    } catch {
      return []; // ssh passes over what is not there, too
    }
  }
}

/** The first value counts, as for ssh. */
function set(host: Found, key: (typeof KEYS)[keyof typeof KEYS], value: string): void {
  if (host[key] !== null) return;
  if (key !== 'port') host[key] = value;
  else if (/^\d{1,5}$/.test(value)) host.port = Number(value);
}

/** The keyword in small letters, and its words; quotes hold words together. Empty for a comment. */
function wordsOf(line: string): string[] {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return [];
  const words = text.replace(/^(\w+)\s*=\s*/, '$1 ').match(/"[^"]*"|\S+/g) ?? [];
  const [keyword = '', ...rest] = words.map((word) => word.replace(/^"(.*)"$/, '$1'));
  return [keyword.toLowerCase(), ...rest];
}

async function textOf(file: string): Promise<string> {
  try {
    const found = await stat(file);
    return found.isFile() && found.size <= MAX_FILE_BYTES ? await readFile(file, 'utf8') : '';
  } catch {
    return ''; // there is none, or it may not be read: it names no hosts for us
  }
}
