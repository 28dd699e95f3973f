/**
 * Output of a program for a terminal that replays it: text, its colours, new lines. Everything else that steers a terminal is left out: titles,
 * the clipboard (OSC 52), links, the cursor and what erases (one output must not overwrite another), modes such as mouse reports, questions.
 */
export function harmless(output: string): string {
  const text = output.includes('\x1b') || /[\x80-\x9f]/.test(output) ? output.replace(SEQUENCES, keepColours) : output;
  return text.replace(/\r+\n/g, '\n').replace(CONTROLS, '');
}

// Each ends at the latest with the line or the text, so that one that is not closed takes no more than its line along.
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
  /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]?)|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is left of them; tab, line feed, carriage return and the ESC of a colour stay
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Hidden text (8) is shown: who looks on shall see all of it. */
const HIDDEN = /(^|;)0?8(?=;|$)/g;

function keepColours(
  _: string,
  parameters: string | undefined,
  between: string | undefined,
  final: string | undefined,
): string {
  if (final !== 'm' || between !== '' || !/^[\d;:]{0,100}$/.test(parameters ?? '')) return '';
  const isExtended = /(^|;)[345]8[;:]/.test(parameters ?? '');
  return `\x1b[${isExtended ? parameters : (parameters ?? '').replace(HIDDEN, '$1')}m`;
}
