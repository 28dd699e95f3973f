import type { PtyId, PtySize, TermRenderer } from '@agor/protocol';
import type { Emulator, EmulatorEvents, FindOptions, Found } from './emulator.ts';
import { Feed } from './feed.ts';
import type { DisguisedLink } from './links.ts';
import { currentLook, fontReady, watchLook } from './look.ts';
import type { RiskyPaste } from './paste.logic.ts';
import { type LinkState, type PtyConnect, PtySocket, ptyUrl } from './pty-socket.ts';
import { windowTurns } from './write-turns.ts';

/** A terminal that nobody sees keeps its connection this long: whoever only looks into another tab finds it as it was. */
const DETACH_AFTER_MS = 10_000;
const RESIZE_MS = 100;

export interface TerminalViewOptions {
  id: PtyId;
  /** The element that the terminal fills. */
  host: HTMLElement;
  label: string;
  connect: PtyConnect;
  /** Lines above the screen, as many as its twin keeps; else what comes back after it was hidden would be another text. */
  scrollback?: number | undefined;
  zoom(by: 1 | -1 | 0): void;
  /** Absent where printed paths lead nowhere. */
  files?: EmulatorEvents['files'];
}

/** What of the settings concerns terminals that are open. */
export interface TerminalTaste {
  readonly renderer: TermRenderer;
  readonly copyOnSelect: boolean;
}

/**
 * One terminal in one element: emulator, connection and what lies between. Hidden (another tab, a closed section, a box out of view, a page in
 * the background) it draws nothing, and after a while it detaches; shown again it begins with the screen of that moment.
 */
export class TerminalView implements Disposable {
  link = $state<LinkState>('idle');
  /** The emulator could not be loaded. */
  failed = $state(false);
  finding = $state(false);
  found = $state<Found | null>(null);
  /** What is searched for is no regular expression. */
  badPattern = $state(false);
  /** Waits for the person's yes. */
  paste = $state.raw<RiskyPaste | null>(null);
  /** Waits for the person's yes. */
  leaving = $state.raw<DisguisedLink | null>(null);
  /** The terminal has the size of another window, which was focused later. */
  isElsewhere = $state(false);

  readonly #options: TerminalViewOptions;
  readonly #socket: PtySocket;
  readonly #stop = new AbortController();
  readonly #observers: { disconnect(): void }[] = [];
  #emulator: Emulator | null = null;
  #feed: Feed | null = null;
  #look: Disposable | null = null;
  #intersects = false;
  #isShown = false;
  #size: PtySize | null = null;
  #taste: TerminalTaste = { renderer: 'auto', copyOnSelect: false };
  #focusWanted = false;
  #detach: ReturnType<typeof setTimeout> | undefined;
  #resize: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TerminalViewOptions) {
    this.#options = options;
    const { id, connect } = options;
    this.#socket = new PtySocket(
      ptyUrl(location, id),
      { frame: (frame) => this.#receive(frame), state: (state) => this.#linked(state) },
      connect,
    );
    void this.load();
  }

  /** Loads the emulator; again, after it failed. */
  async load(): Promise<void> {
    this.failed = false;
    const look = currentLook();
    try {
      const [{ Emulator }] = await Promise.all([import('./emulator.ts'), fontReady(look)]);
      if (this.#stop.signal.aborted) return;
      this.#begin(Emulator);
    } catch {
      // Nothing but the network (or an upgraded hub) stands between us and our own file; the pane says so and offers to try again.
      this.failed = true;
    }
  }

  focus(): void {
    this.#focusWanted = this.#emulator === null;
    this.#emulator?.focus();
  }

  /** Takes the size of this window, whatever another one made of it. */
  fit(): void {
    const size = this.#emulator?.proposedSize();
    if (!size || !this.#isShown || this.link !== 'attached' || isSame(size, this.#size)) return;
    this.#socket.resize(size);
  }

  find(text: string, direction: 'next' | 'previous', options: FindOptions & { incremental?: boolean }): void {
    this.badPattern = this.#emulator?.find(text, direction, options) === false;
  }

  set taste(taste: TerminalTaste) {
    this.#taste = taste;
    this.#applyTaste();
  }

  /** Answers the question about what was to be pasted. */
  answerPaste(yes: boolean): void {
    const asked = this.paste;
    this.paste = null;
    if (yes && asked) this.#emulator?.paste(asked.text);
    this.focus();
  }

  endLeaving(): void {
    this.leaving = null;
    this.focus();
  }

  endFind(): void {
    this.finding = false;
    this.found = null;
    this.badPattern = false;
    this.#emulator?.endFind();
    this.focus();
  }

  set label(label: string) {
    this.#options.label = label;
    if (this.#emulator) this.#emulator.label = label;
  }

  /** The screen's text with its scrollback. */
  text(): string {
    return this.#emulator?.text() ?? '';
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    clearTimeout(this.#detach);
    clearTimeout(this.#resize);
    for (const observer of this.#observers) observer.disconnect();
    this.#look?.[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
    this.#feed?.[Symbol.dispose]();
    this.#emulator?.[Symbol.dispose]();
  }

  #begin(Made: typeof Emulator): void {
    const { host, label, scrollback, zoom, files } = this.#options;
    const emulator = new Made(
      { host, label, look: currentLook(), scrollback },
      {
        input: (bytes) => void this.#socket.input(bytes),
        find: () => {
          this.finding = true;
        },
        riskyPaste: (paste) => {
          this.paste = paste;
        },
        disguisedLink: (link) => {
          this.leaving = link;
        },
        zoom,
        ...(files && { files }),
      },
    );
    emulator.onFound((found) => {
      this.found = found;
    });
    this.#emulator = emulator;
    this.#feed = new Feed(emulator, windowTurns, {
      read: (bytes) => this.#socket.read(bytes),
      sized: (size) => {
        this.#size = size;
        this.#compareSize();
      },
    });
    this.#look = watchLook((look) => {
      emulator.look = look;
      this.#refitSoon();
    });
    this.#applyTaste();
    this.#watchVisibility(host);
    if (this.#focusWanted) emulator.focus();
  }

  #watchVisibility(host: HTMLElement): void {
    const { signal } = this.#stop;
    const seen = new IntersectionObserver((entries) => {
      this.#intersects = entries.at(-1)?.isIntersecting ?? false;
      this.#show(this.#intersects && !document.hidden);
    });
    seen.observe(host);
    const sized = new ResizeObserver(() => this.#refitSoon());
    sized.observe(host);
    this.#observers.push(seen, sized);
    document.addEventListener('visibilitychange', () => this.#show(this.#intersects && !document.hidden), { signal });
    addEventListener('focus', () => this.fit(), { signal });
    host.addEventListener('focusin', () => this.#setFocused(true), { signal });
    host.addEventListener('focusout', () => this.#setFocused(false), { signal });
    this.#setFocused(host.contains(document.activeElement));
  }

  #setFocused(isFocused: boolean): void {
    if (this.#feed) this.#feed.isFocused = isFocused;
    if (isFocused) this.fit();
  }

  #show(isShown: boolean): void {
    if (isShown === this.#isShown || !this.#feed) return;
    this.#isShown = isShown;
    this.#feed.paused = !isShown;
    this.#applyTaste();
    clearTimeout(this.#detach);
    if (!isShown) {
      this.#detach = setTimeout(() => this.#socket.detach(), DETACH_AFTER_MS);
      return;
    }
    this.#socket.attach();
    this.#refitSoon();
  }

  #receive(frame: Parameters<ConstructorParameters<typeof PtySocket>[1]['frame']>[0]): void {
    if (frame.op === 'output') this.#feed?.output(frame.bytes);
    else if (frame.op === 'screen') this.#feed?.screen(frame.screen);
    // In its place between the output: what was printed before was printed for the old size.
    else if (frame.op === 'info') this.#feed?.resize(frame.info.size);
  }

  #linked(state: LinkState): void {
    this.link = state;
    if (this.#emulator) this.#emulator.readOnly = state === 'gone';
    if (state === 'attached') this.#refitSoon();
  }

  /** The size follows the window that was focused last, so only a focused one speaks up. */
  #refitSoon(): void {
    clearTimeout(this.#resize);
    this.#resize = setTimeout(() => {
      if (document.hasFocus()) this.fit();
      this.#compareSize();
    }, RESIZE_MS);
  }

  #applyTaste(): void {
    const { renderer, copyOnSelect } = this.#taste;
    this.#emulator?.draw(renderer, this.#isShown);
    if (this.#emulator) this.#emulator.copyOnSelect = copyOnSelect;
  }

  #compareSize(): void {
    const size = this.#emulator?.proposedSize();
    this.isElsewhere = this.link === 'attached' && !document.hasFocus() && !!size && !isSame(size, this.#size);
  }
}

function isSame(a: PtySize, b: PtySize | null): boolean {
  return a.cols === b?.cols && a.rows === b.rows;
}
