import { PTY_SCROLLBACK_LINES, type PtySize, type TermRenderer } from '@agor/protocol';
import { mendEraseAbove } from '@agor/session/xterm';
import { FitAddon } from '@xterm/addon-fit';
import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type IBufferRange, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { isMac } from '../commands/index.ts';
import { mix } from '../themes/color.ts';
import { DRAGGED_PATH } from '../ui/dragged.ts';
import { leaveAnswersToTheTwin } from './answers.ts';
import type { Sink } from './feed.ts';
import { type DisguisedLink, openOutside, saysAddress, textIn, webAddress } from './links.ts';
import type { Look } from './look.ts';
import { type RiskyPaste, riskyPaste, shellWord } from './paste.logic.ts';
import { type FoundPath, type Locate, PathLinks } from './path-links.ts';
import { Renderer } from './renderer.ts';
import { terminalKey } from './terminal-keys.ts';

/** Colours of text are moved until they can be read on their ground (WCAG AA), whatever a program chose. */
const MIN_CONTRAST = 4.5;
const MAX_HINT_CHARS = 300;

export interface EmulatorEvents {
  /** What the person typed or pasted, or their mouse did. */
  input(bytes: Uint8Array): void;
  find(): void;
  zoom(by: 1 | -1 | 0): void;
  /** To be asked about before it is handed to `paste`. */
  riskyPaste(paste: RiskyPaste): void;
  /** To be asked about before it is opened. */
  disguisedLink(link: DisguisedLink): void;
  /** Absent where printed paths lead nowhere. */
  files?: { locate: Locate; show(found: FoundPath): void };
}

export interface EmulatorOptions {
  readonly host: HTMLElement;
  readonly label: string;
  readonly look: Look;
  /** Lines above the screen. */
  readonly scrollback?: number | undefined;
}

export interface Found {
  index: number;
  count: number;
}

/** How words are searched. */
export interface FindOptions {
  readonly regex: boolean;
  readonly caseSensitive: boolean;
  readonly wholeWord: boolean;
}

/** xterm.js as this page uses it. Loaded when the first terminal is shown. */
export class Emulator implements Sink, Disposable {
  readonly #terminal: Terminal;
  readonly #host: HTMLElement;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #renderer: Renderer;
  readonly #stop = new AbortController();
  #copyOnSelect = false;

  constructor({ host, label, look, scrollback = PTY_SCROLLBACK_LINES }: EmulatorOptions, on: EmulatorEvents) {
    this.#host = host;
    const hints = { hover: (_: MouseEvent, uri: string) => this.#hint(linkHint(uri)), leave: () => this.#hint(null) };
    const terminal = new Terminal({
      ...look,
      scrollback,
      allowProposedApi: true, // unicode11 and the marks of the search
      minimumContrastRatio: MIN_CONTRAST,
      cursorBlink: false,
      fontWeightBold: 700,
      macOptionIsMeta: false,
      logLevel: 'off', // what a program prints is no error of ours
      linkHandler: { activate: (event, uri, range) => this.#followLink(event, uri, range, on), ...hints },
    });
    this.#terminal = terminal;
    this.#renderer = new Renderer(terminal, (kind) => {
      host.dataset.renderer = kind;
    });
    mendEraseAbove(terminal);
    for (const addon of [this.#fit, this.#search, new Unicode11Addon()]) terminal.loadAddon(addon);
    terminal.unicode.activeVersion = '11';
    // What stands there is the address itself.
    terminal.loadAddon(new WebLinksAddon((event, uri) => isMeant(event) && openOutside(uri), hints));
    const { files } = on;
    if (files) {
      const activate = (event: MouseEvent, found: FoundPath) => isMeant(event) && files.show(found);
      const events = { activate, hover: (text: string | null) => this.#hint(text) };
      terminal.registerLinkProvider(new PathLinks(terminal, files.locate, events));
    }
    leaveAnswersToTheTwin(terminal);
    this.#takeInput(on);
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

  /** No typing where nobody would take it. */
  set readOnly(readOnly: boolean) {
    this.#terminal.options.disableStdin = readOnly;
  }

  set copyOnSelect(copies: boolean) {
    this.#copyOnSelect = copies;
  }

  /** A hidden terminal gives the graphics card's memory back. */
  draw(setting: TermRenderer, isShown: boolean): void {
    this.#renderer.choose(setting, isShown);
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Hands text to the program as pasted, whatever it holds. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  /** Whether anything is selected; it is in the clipboard then. */
  copy(): boolean {
    const text = this.#terminal.getSelection();
    if (!text) return false;
    // Without the right to write to the clipboard the browser's own menu still can.
    navigator.clipboard?.writeText(text).catch(() => {});
    return true;
  }

  /** The text of the screen with its scrollback. */
  text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, y) => active.getLine(y)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  /** Selects the next match and marks all. False for a pattern that is none. */
  find(text: string, direction: 'next' | 'previous', options: ISearchOptions): boolean {
    const { background = '#000000', yellow = '#ffff00', blue = '#0000ff' } = this.#terminal.options.theme ?? {};
    const decorations = {
      matchBackground: mix(background, yellow, 0.3),
      matchOverviewRuler: yellow,
      activeMatchBackground: mix(background, blue, 0.5),
      activeMatchColorOverviewRuler: blue,
    };
    if (options.regex && !isPattern(text)) {
      this.#search.clearDecorations();
      return false;
    }
    if (direction === 'next') this.#search.findNext(text, { ...options, decorations });
    else this.#search.findPrevious(text, { ...options, decorations, incremental: false });
    return true;
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
    this.#stop.abort();
    this.#renderer[Symbol.dispose]();
    this.#terminal.dispose();
  }

  #takeInput(on: EmulatorEvents): void {
    const terminal = this.#terminal;
    const { signal } = this.#stop;
    const encoder = new TextEncoder();
    terminal.onData((text) => on.input(encoder.encode(text)));
    terminal.onBinary((text) => on.input(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    const actions = { copy: () => this.copy(), find: on.find, zoom: on.zoom };
    terminal.attachCustomKeyEventHandler((event) => terminalKey(event, actions, isMac()));
    const host = this.#host;
    host.addEventListener('mouseup', () => this.#copyOnSelect && this.copy(), { signal });
    host.addEventListener('paste', (event) => this.#beforePaste(event, on), { signal, capture: true });
    host.addEventListener(
      'dragover',
      (event) => event.dataTransfer?.types.includes('text/plain') && event.preventDefault(),
      {
        signal,
      },
    );
    host.addEventListener('drop', (event) => this.#drop(event, on), { signal });
  }

  #beforePaste(event: ClipboardEvent, on: EmulatorEvents): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const { modes, buffer, options } = this.#terminal;
    const to = { bracketed: modes.bracketedPasteMode, ownScreen: buffer.active.type === 'alternate' };
    const risky = options.disableStdin ? null : riskyPaste(text, to);
    if (!risky) return;
    event.preventDefault();
    event.stopPropagation();
    on.riskyPaste(risky);
  }

  /** A file of the Files tab that is dropped here is pasted as a word of the shell's line, text as it is. */
  #drop(event: DragEvent, on: EmulatorEvents): void {
    const path = event.dataTransfer?.getData(DRAGGED_PATH) ?? '';
    const text = path ? shellWord(path) : (event.dataTransfer?.getData('text/plain') ?? '');
    event.preventDefault();
    if (text === '' || this.#terminal.options.disableStdin) return;
    const { bracketedPasteMode: bracketed } = this.#terminal.modes;
    const risky = riskyPaste(text, { bracketed, ownScreen: false });
    if (risky) on.riskyPaste(risky);
    else this.paste(text);
    this.focus();
  }

  #followLink(event: MouseEvent, uri: string, range: IBufferRange, on: EmulatorEvents): void {
    const address = isMeant(event) ? webAddress(uri) : null;
    if (address === null) return;
    const text = textIn(this.#terminal, range);
    if (saysAddress(text, address)) openOutside(address);
    else on.disguisedLink({ uri: address, text });
  }

  /** Names where a link leads: a program chooses its words freely. */
  #hint(text: string | null): void {
    this.#host.title = text ?? '';
  }
}

/** With Ctrl (on a Mac Cmd), as in other terminals: a plain click selects. */
function isMeant(event: MouseEvent): boolean {
  return event.ctrlKey || event.metaKey;
}

function linkHint(uri: string): string {
  const address = webAddress(uri);
  return address === null
    ? `agor opens web pages only: ${uri.slice(0, MAX_HINT_CHARS)}`
    : `Ctrl+click opens ${address.slice(0, MAX_HINT_CHARS)}`;
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false; // not whole yet, most of the time: it is being typed
  }
}
