/** What is pasted, when it should be looked at before: see `riskyPaste`. */
export interface RiskyPaste {
  readonly text: string;
  readonly lines: number;
}

/**
 * Text of several lines (or one that ends in Enter) is run line by line as it is pasted, by a shell that does not know pasting from typing. A
 * program that draws its own screen, as an editor does, gets it as it is.
 */
export function riskyPaste(text: string, to: { bracketed: boolean; ownScreen: boolean }): RiskyPaste | null {
  if (to.bracketed || to.ownScreen || !/[\r\n]/.test(text)) return null;
  return { text, lines: text.replace(/(\r\n?|\n)$/, '').split(/\r\n?|\n/).length };
}

/** A path as a word of a shell's line. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
