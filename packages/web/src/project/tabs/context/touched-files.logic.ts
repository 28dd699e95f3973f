import type { FileDiff, SessionEvent } from '@agor/protocol';

/** Most files that are listed (spec §10.10). */
export const MAX_TOUCHED = 30;

export type Touch = 'read' | 'edited' | 'written' | 'deleted' | 'renamed';
export interface TouchedFile {
  readonly path: string;
  /** In the order in which they first happened. */
  readonly touches: readonly Touch[];
}

const OF_KIND: Readonly<Partial<Record<string, Touch>>> = { read: 'read', edit: 'edited', write: 'written' };
const OF_CHANGE: Readonly<Record<FileDiff['change'], Touch>> = {
  add: 'written',
  update: 'edited',
  delete: 'deleted',
  rename: 'renamed',
};

/** Files that tools of these events read or changed, the newest first; subagents' among them. */
export function touchedFiles(events: readonly SessionEvent[]): TouchedFile[] {
  const files = new Map<string, Set<Touch>>();
  const touch = (path: string, how: Touch): void => {
    const touches = files.get(path) ?? new Set();
    files.delete(path);
    files.set(path, touches.add(how));
  };
  for (const event of events) {
    if (event.kind !== 'message') continue;
    const { message } = event;
    if (message.type === 'tool_call') {
      const how = OF_KIND[message.content.kind];
      const path = how ? pathIn(message.content.input) : null;
      if (how && path !== null) touch(path, how);
    }
    if (message.type === 'tool_result')
      for (const { path, change } of message.content.diffs ?? []) touch(path, OF_CHANGE[change]);
  }
  return [...files]
    .reverse()
    .slice(0, MAX_TOUCHED)
    .map(([path, touches]) => ({ path, touches: [...touches] }));
}

/** The file that a tool was called for, by the names that vendors have for it. */
export function pathIn(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null;
  for (const name of ['file_path', 'path', 'filePath', 'notebook_path']) {
    const value: unknown = Reflect.get(input, name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
