import type { SlashCommand } from '@agor/protocol';

/** What the caret stands in: a command at the text's beginning, or the path of a file after an `@`. */
export interface Trigger {
  readonly kind: 'command' | 'file';
  readonly query: string;
  /** The part of the text that a suggestion takes the place of. */
  readonly from: number;
  readonly to: number;
}

export interface Suggestion {
  readonly value: string;
  readonly detail: string;
}

/** Suggestions listed at once. */
const LISTED = 50;

export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) return { kind: 'command', query: command[1] ?? '', from: 0, to: wordEnd(text, caret) };
  const file = /(?:^|\s)@(\S*)$/.exec(before);
  if (!file) return null;
  const query = file[1] ?? '';
  return { kind: 'file', query, from: caret - query.length - 1, to: wordEnd(text, caret) };
}

/** The text with a suggestion in the trigger's place, and where the caret is then. */
export function complete(text: string, { kind, from, to }: Trigger, value: string): { text: string; caret: number } {
  const word = `${kind === 'command' ? '/' : '@'}${value} `;
  const rest = text.slice(to).replace(/^ /, '');
  return { text: text.slice(0, from) + word + rest, caret: from + word.length };
}

/** Commands that fit: those that begin with the query first, then those that contain it. */
export function matchCommands(commands: readonly SlashCommand[], query: string): Suggestion[] {
  const wanted = query.toLowerCase();
  const rank = (name: string) => (name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2);
  return commands
    .map(({ name, description, argumentHint }) => ({
      value: name.replace(/^\//, ''),
      detail: [argumentHint, description].filter(Boolean).join(' · '),
    }))
    .filter(({ value }) => rank(value.toLowerCase()) < 2)
    .sort((a, b) => rank(a.value.toLowerCase()) - rank(b.value.toLowerCase()) || (a.value < b.value ? -1 : 1))
    .slice(0, LISTED);
}

function wordEnd(text: string, caret: number): number {
  const rest = /^\S*/.exec(text.slice(caret));
  return caret + (rest?.[0].length ?? 0);
}
