export type SubagentView = 'list' | 'tree';

const KEY = 'agor.subagentView';

/** How subagents were looked at last. */
export function readView(): SubagentView {
  try {
    return localStorage.getItem(KEY) === 'tree' ? 'tree' : 'list';
  } catch {
    return 'list'; // storage is off
  }
}

export function writeView(view: SubagentView): void {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // Storage is full or off: the next visit begins with the list.
  }
}
