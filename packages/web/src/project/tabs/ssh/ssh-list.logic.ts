import type { PtyInfo, SshConnection, SshDraft, SshHost } from '@agor/protocol';

export interface SshFolder {
  /** Empty: those without a folder. */
  readonly name: string;
  readonly connections: readonly SshConnection[];
}

/** Connections in their folders, those without one first, as far as they have all words of the filter. */
export function foldersOf(connections: readonly SshConnection[], filter: string): SshFolder[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = connections.filter((one) => {
    const text = `${one.name} ${one.host} ${one.username} ${one.folder}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const byFolder = new Map<string, SshConnection[]>();
  for (const one of matching) byFolder.set(one.folder, [...(byFolder.get(one.folder) ?? []), one]);
  const compare = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'base', numeric: true });
  return [...byFolder.entries()]
    .sort(([a], [b]) => (a === '' ? -1 : b === '' ? 1 : compare(a, b)))
    .map(([name, all]) => ({ name, connections: all.toSorted((a, b) => compare(a.name, b.name)) }));
}

/** Where it leads, as `ssh` would be told: `you@host:2222`. */
export function addressOf({ username, host, port }: Pick<SshDraft, 'username' | 'host' | 'port'>): string {
  const name = host.includes(':') && port !== null ? `[${host}]` : host;
  return `${username === '' ? '' : `${username}@`}${name}${port === null ? '' : `:${port}`}`;
}

/** What of a connection's terminals there is to say; null: it has none. */
export function statusOf(
  ptys: readonly PtyInfo[],
  { id }: Pick<SshConnection, 'id'>,
): { words: string; live: boolean } | null {
  const own = ptys.filter(({ ssh }) => ssh === id);
  const live = own.filter(({ exit }) => exit === null).length;
  if (live > 0) return { words: live === 1 ? 'in a terminal' : `in ${live} terminals`, live: true };
  const last = own.at(-1)?.exit;
  if (!last) return null;
  // 255 is what ssh itself ends with: the connection failed or was lost.
  return { words: last.code === 255 ? 'connection lost' : 'ended', live: false };
}

export const NEW_DRAFT: SshDraft = {
  name: '',
  host: '',
  port: null,
  username: '',
  keyFile: '',
  folder: '',
  color: '#89b4fa',
  startFolder: '',
  forwardAgent: false,
};

/** A connection for a host of the ssh config: by its alias alone, so that what the config says of it goes on to count. */
export function draftOfHost({ alias }: SshHost): SshDraft {
  return { ...NEW_DRAFT, name: alias, host: alias };
}

/** The name of a copy: "web copy", "web copy 2". */
export function copyName(name: string, taken: readonly string[]): string {
  const base = `${name.replace(/ copy( \d+)?$/, '').slice(0, 90)} copy`;
  for (let n = 1; ; n++) {
    const next = n === 1 ? base : `${base} ${n}`;
    if (!taken.includes(next)) return next;
  }
}
