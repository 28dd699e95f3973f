import type { FileDiff } from '@agor/protocol';
import { textOf } from './texts.ts';
import type { FileChangeEntry } from './vendor-events.ts';

/** The changes of a patch. Codex tells the whole text of a file that is added or deleted, and hunks of one that is updated. */
export function diffsOf(changes: readonly FileChangeEntry[], shorten: (path: string) => string): FileDiff[] {
  return changes.map(({ path, kind, diff }) => {
    const text = textOf(diff);
    const patch = kind.type === 'update' ? hunks(text) : whole(text, kind.type === 'add' ? '+' : '-');
    const moved = kind.type === 'update' && kind.move_path ? kind.move_path : null;
    return {
      path: shorten(moved ?? path),
      patch,
      added: count(patch, '+'),
      removed: count(patch, '-'),
      change: moved !== null ? 'rename' : kind.type,
    };
  });
}

/** From the first hunk on: a rename's note and a file's header come before it. */
function hunks(diff: string): string {
  const start = diff.startsWith('@@') ? 0 : diff.indexOf('\n@@') + 1;
  return start === 0 && !diff.startsWith('@@') ? '' : diff.slice(start).replace(/\n*\nMoved to: .*\n?$/, '\n');
}

function whole(text: string, sign: '+' | '-'): string {
  if (text === '') return '';
  const lines = text.replace(/\n$/, '').split('\n');
  const range = sign === '+' ? `-0,0 +1,${lines.length}` : `-1,${lines.length} +0,0`;
  return `@@ ${range} @@\n${lines.map((line) => `${sign}${line}`).join('\n')}\n`;
}

function count(patch: string, sign: string): number {
  return patch.split('\n').filter((line) => line.startsWith(sign)).length;
}
