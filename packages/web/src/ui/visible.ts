/** Characters that turn the order of what is read around: https://trojansource.codes */
const TURNING = '\u202a-\u202e\u2066-\u2069';
/** Characters that nobody sees: soft hyphen, directional marks, zero-width blanks, byte order mark, tags. */
const UNSEEN = '\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}';

const TURNS = new RegExp(`[${TURNING}]`, 'gu');
const HIDES = new RegExp(`[${TURNING}${UNSEEN}]`, 'gu');

/**
 * A command, path, piece of code or output of a program as it really is: characters that hide, or that show the others in another order, are
 * named. What a person allows must be what they read.
 */
export const visible = (text: string) => text.replace(HIDES, named);

/** The same for prose, in which unseen characters are usual and harmless: only what turns the order around is named. */
export const inOrder = (text: string) => text.replace(TURNS, named);

function named(char: string): string {
  return `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
