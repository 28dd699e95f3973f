import { type Attributes, Bg, COLOR_MODE, type Extended, Fg, RGB, type TerminalCore } from './xterm-core.ts';

const P16 = 0x1000000;
const P256 = 0x2000000;
const FG_FLAGS = [
  [Fg.bold, 1],
  [Fg.blink, 5],
  [Fg.inverse, 7],
  [Fg.invisible, 8],
  [Fg.strikethrough, 9],
] as const;
const BG_FLAGS = [
  [Bg.dim, 2],
  [Bg.italic, 3],
  [Bg.overline, 53],
] as const;

const NO_LINK = '\x1b]8;;\x1b\\';

/** Writes with which attributes the next characters are drawn, and only when they change. */
export class Pen {
  #last = '\x1b[0m';
  #fg = 0;
  #bg = 0;
  #ext = 0;
  #urlId = 0;
  #link = NO_LINK;

  constructor(private readonly links: TerminalCore['_oscLinkService']) {}

  /** The sequences that lead from the last attributes to those of a cell. */
  set(fg: number, bg: number, extended: Extended | undefined): string {
    const isExtended = extended !== undefined && (bg & Bg.hasExtended) !== 0;
    return this.#change(seen(fg, bg, extended), bg, isExtended ? extended._ext : 0, isExtended ? extended.urlId : 0);
  }

  /** To those of the cursor: it remembers the colour of underlines while there is none. */
  setTo({ fg, bg, extended }: Attributes): string {
    return this.#change(seen(fg, bg, extended), bg, extended._ext, bg & Bg.hasExtended ? extended.urlId : 0);
  }

  /** To those of a saved cursor: of an underline it keeps that there is one, and not which. */
  setToSaved({ fg, bg }: Attributes): string {
    return this.#change(fg, bg, 0, 0);
  }

  #change(fg: number, bg: number, ext: number, link: number): string {
    if (fg === this.#fg && bg === this.#bg && ext === this.#ext && link === this.#urlId) return '';
    this.#urlId = link;
    this.#fg = fg;
    this.#bg = bg;
    this.#ext = ext;
    const codes = attributes(fg, bg, ext);
    const changed = codes === this.#last ? '' : codes;
    this.#last = codes;
    return changed + this.#setLink(link);
  }

  /** Default attributes: with these a line that scrolls in is empty, and not coloured. */
  plain(): string {
    return this.set(0, 0, undefined);
  }

  #setLink(urlId: number): string {
    const link = urlId === 0 ? undefined : this.links.getLinkData(urlId);
    const text = `\x1b]8;${link?.id === undefined ? '' : `id=${link.id}`};${link?.uri ?? ''}\x1b\\`;
    if (text === this.#link) return '';
    this.#link = text;
    return text;
  }
}

/** A restored cursor may be marked as underlined after the style of its underline was reset: then xterm draws none. */
function seen(fg: number, bg: number, extended: Extended | undefined): number {
  return bg & Bg.hasExtended && extended && styleOf(extended._ext) === 0 ? fg & ~Fg.underline : fg;
}

function styleOf(ext: number): number {
  return (ext >>> 26) & 7;
}

function attributes(fg: number, bg: number, ext: number): string {
  const codes: (number | string)[] = [0];
  for (const [flag, code] of FG_FLAGS) if (fg & flag) codes.push(code);
  for (const [flag, code] of BG_FLAGS) if (bg & flag) codes.push(code);
  const style = styleOf(ext);
  if (fg & Fg.underline) codes.push(style > 1 ? `4:${style}` : 4);
  if ((ext & COLOR_MODE) !== 0) codes.push(underlineColor(ext));
  codes.push(...color(fg, 30, 38), ...color(bg, 40, 48));
  return `\x1b[${codes.join(';')}m${bg & Bg.protected ? '\x1b[1"q' : ''}`;
}

function color(value: number, base: number, extended: number): number[] {
  const rgb = value & RGB;
  switch (value & COLOR_MODE) {
    case 0:
      return [];
    case P16:
      return [(rgb & 0xff) < 8 ? base + (rgb & 0xff) : base + 60 + ((rgb & 0xff) - 8)];
    case P256:
      return [extended, 5, rgb & 0xff];
    default:
      return [extended, 2, rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff];
  }
}

function underlineColor(ext: number): string {
  const rgb = ext & RGB;
  return (ext & COLOR_MODE) === COLOR_MODE
    ? `58:2::${rgb >> 16}:${(rgb >> 8) & 0xff}:${rgb & 0xff}`
    : `58:5:${rgb & 0xff}`;
}
