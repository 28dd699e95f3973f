import type { IBufferRange, Terminal } from '@xterm/xterm';

/** A link whose words are not its address: the person sees the address before it is opened. */
export interface DisguisedLink {
  readonly uri: string;
  readonly text: string;
}

const MAX_TEXT_ROWS = 5;

/** An address that may be opened, as the browser reads it; null for anything but a web page. */
export function webAddress(uri: string): string | null {
  if (!/^https?:\/\//i.test(uri)) return null;
  return URL.canParse(uri) ? new URL(uri).href : null;
}

/** Opens a web page outside of agor. Anything else is not opened. */
export function openOutside(uri: string): void {
  const address = webAddress(uri);
  if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');
}

/** Whether the words of a link name the very address: with or without `https://`, or a slash at the end. */
export function saysAddress(text: string, uri: string): boolean {
  const bare = (one: string) =>
    one
      .trim()
      .replace(/^https?:\/\//i, '')
      .replace(/\/$/, '');
  return bare(text) === bare(uri);
}

/** The words in a range of the screen. */
export function textIn({ buffer: { active } }: Terminal, { start, end }: IBufferRange): string {
  let text = '';
  for (let y = start.y; y <= Math.min(end.y, start.y + MAX_TEXT_ROWS - 1); y++) {
    const from = y === start.y ? start.x - 1 : 0;
    text += active.getLine(y - 1)?.translateToString(false, from, y === end.y ? end.x : undefined) ?? '';
  }
  return text.trim();
}
