import { PTY_SCROLLBACK_LINES, type PtySize } from '@agor/protocol';
import { mendEraseAbove } from '@agor/session/xterm';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { leaveAnswersToTheTwin } from './answers.ts';
import type { Sink } from './feed.ts';
import type { Look } from './look.ts';
import { mix } from './palette.ts';
import { terminalKey } from './terminal-keys.ts';

/** Colours of text are moved until they can be read on their ground (WCAG AA), whatever a program chose. */
const MIN_CONTRAST = 4.5;
const MAX_HINT_CHARS = 300;

export interface EmulatorEvents {
  /** What the person typed or pasted, or their mouse did. */
  input(bytes: Uint8Array): void;
  find(): void;
}

export interface Found {
  index: number;
  count: number;
}

/** xterm.js as this page uses it. Loaded when the first terminal is shown. */
export class Emulator implements Sink, Disposable {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();

  constructor(host: HTMLElement, label: string, look: Look, on: EmulatorEvents) {
    const terminal = new Terminal({
      ...look,
      scrollback: PTY_SCROLLBACK_LINES,
      allowProposedApi: true, // unicode11 and the marks of the search
      minimumContrastRatio: MIN_CONTRAST,
      cursorBlink: false,
      fontWeightBold: 700,
      macOptionIsMeta: false,
      logLevel: 'off', // what a program prints is no error of ours
      linkHandler: {
        activate: (event, uri) => openLink(event, uri),
        hover: hint(host, true),
        leave: hint(host, false),
      },
    });
    this.#terminal = terminal;
    mendEraseAbove(terminal);
    for (const addon of [this.#fit, this.#search, new Unicode11Addon()]) terminal.loadAddon(addon);
    terminal.unicode.activeVersion = '11';
    terminal.loadAddon(new WebLinksAddon(openLink, { hover: hint(host, true), leave: hint(host, false) }));
    leaveAnswersToTheTwin(terminal);
    const encoder = new TextEncoder();
    terminal.onData((text) => on.input(encoder.encode(text)));
    terminal.onBinary((text) => on.input(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    terminal.attachCustomKeyEventHandler((event) => terminalKey(event, { copy: () => this.copy(), find: on.find }));
    terminal.open(host);
    this.label = label;
  }

  /** The accessible name. */
  set label(label: string) {
    this.#terminal.textarea?.setAttribute('aria-label', label);
  }

  write(bytes: Uint8Array, drawn: () => void): void {
    this.#terminal.write(bytes, drawn);
  }

  resize({ cols, rows }: PtySize): void {
    this.#terminal.resize(cols, rows);
  }

  /** The size that fills the element, or null while it can't be measured. */
  proposedSize(): PtySize | null {
    const size = this.#fit.proposeDimensions();
    return size && Number.isFinite(size.cols) && Number.isFinite(size.rows) ? size : null;
  }

  set look({ theme, fontFamily, fontSize }: Look) {
    const { options } = this.#terminal;
    options.theme = theme;
    options.fontFamily = fontFamily;
    options.fontSize = fontSize;
  }

  /** No typing while what is typed would get lost. */
  set readOnly(readOnly: boolean) {
    this.#terminal.options.disableStdin = readOnly;
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Whether anything is selected; it is in the clipboard then. */
  copy(): boolean {
    const text = this.#terminal.getSelection();
    if (!text) return false;
    // Without the right to write to the clipboard the browser's own menu still can.
    navigator.clipboard?.writeText(text).catch(() => {});
    return true;
  }

  /** The text of the screen, for tests and for "copy all". */
  text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** Selects the next match and marks all. */
  find(text: string, direction: 'next' | 'previous', incremental: boolean): void {
    const { options } = this.#terminal;
    const { background = '#000000', yellow = '#ffff00', blue = '#0000ff' } = options.theme ?? {};
    const decorations = {
      matchBackground: mix(background, yellow, 0.3),
      matchOverviewRuler: yellow,
      activeMatchBackground: mix(background, blue, 0.5),
      activeMatchColorOverviewRuler: blue,
    };
    if (direction === 'next') this.#search.findNext(text, { decorations, incremental });
    else this.#search.findPrevious(text, { decorations });
  }

  endFind(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  onFound(found: (result: Found) => void): void {
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      found({ index: resultIndex, count: resultCount }),
    );
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }
}

/** With Ctrl (on a Mac Cmd), as in other terminals: a plain click selects. Programs may print any link; only web pages are opened. */
function openLink(event: MouseEvent, uri: string): void {
  if (!event.ctrlKey && !event.metaKey) return;
  if (/^https?:\/\//i.test(uri)) window.open(uri, '_blank', 'noopener,noreferrer');
}

/** Names where a link leads: a program chooses its words freely. */
function hint(host: HTMLElement, over: boolean): (event: MouseEvent, uri: string) => void {
  return (_event, uri) => {
    host.title = over ? `Ctrl+click opens ${uri.slice(0, MAX_HINT_CHARS)}` : '';
  };
}
