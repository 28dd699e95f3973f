import type { FileDiff } from '@agor/protocol';

const CHANGES: Readonly<Record<string, FileDiff['change']>> = {
  add: 'add',
  delete: 'delete',
  move: 'rename',
  rename: 'rename',
};

/** A git patch (version 2 of the protocol) as the diffs of its files. `changes` names them in the order of the patch. */
export function patchDiffs(
  patch: string,
  changes: readonly { readonly path: string; readonly operation?: string | undefined }[],
): FileDiff[] {
  const files = patch
    .split(/^(?=diff --git )/m)
    .filter((part) => part.includes('@@') || part.startsWith('diff --git '));
  return files.map((part, index) => {
    const change = changes[index];
    const start = part.indexOf('@@');
    const hunks = start < 0 ? '' : part.slice(start);
    const lines = hunks.split('\n');
    return {
      path: change?.path ?? /^\+\+\+ (?:b\/)?(.*)$/m.exec(part)?.[1] ?? 'a file',
      patch: hunks,
      added: lines.filter((line) => line.startsWith('+')).length,
      removed: lines.filter((line) => line.startsWith('-')).length,
      change: CHANGES[change?.operation ?? ''] ?? 'update',
    };
  });
}
