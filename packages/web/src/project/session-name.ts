import type { SessionState } from '@agor/protocol';

const WORDS = 60;

/** What a session is called in lists: its title, else the first words that were said to it. */
export function sessionName(state: SessionState): string {
  const name = state.title.trim() || state.lastPrompt.trim() || state.queue[0]?.text.trim() || 'Empty session';
  const line = name.split('\n', 1)[0] ?? name;
  return line.length > WORDS ? `${line.slice(0, WORDS)}…` : line;
}
