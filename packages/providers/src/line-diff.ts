import type { FileDiff } from '@agor/protocol';

const CONTEXT = 3;

/** The change of one file as one hunk: the lines between the common beginning and the common end. Null when nothing changed. */
export function lineDiff(path: string, before: string | null, after: string): FileDiff | null {
  if (before === after) return null;
  const old = before === null ? [] : toLines(before);
  const now = toLines(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const lead = old.slice(Math.max(0, start - CONTEXT), start);
  const trail = old.slice(old.length - end, old.length - end + CONTEXT);
  const from = start - lead.length;
  const same = lead.length + trail.length;
  const patch = [
    `@@ -${range(from, removed.length + same)} +${range(from, added.length + same)} @@`,
    ...lead.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...trail.map((line) => ` ${line}`),
  ].join('\n');
  return {
    path,
    patch: `${patch}\n`,
    added: added.length,
    removed: removed.length,
    change: before === null ? 'add' : 'update',
  };
}

function toLines(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** A hunk without lines on one side names the line before it. */
function range(from: number, count: number): string {
  return `${count === 0 ? from : from + 1},${count}`;
}
