import { type Given, UsageError } from './usage.ts';

/** The text of a command: as it was typed, or standard input where it is a single dash. */
export async function textOf(given: Given, name = 'text'): Promise<string> {
  const text = given.text(name);
  if (text !== '-') return text;
  const read = (await Bun.stdin.text()).trimEnd();
  if (read === '') throw new UsageError('Standard input is empty, so there is no text.');
  return read;
}
