import type { PtySize } from '@agor/protocol';
import type { Terminal } from '@xterm/headless';
import { newHeadless } from './headless.ts';
import { drawScreen } from './screen.ts';
import { colorAnswer, folderOf } from './titles.ts';
import { unfinishedSequence } from './unfinished.ts';
import type { TerminalCore } from './xterm-core.ts';

export interface TwinEvents {
  /** The program asked the terminal something; this is the answer, to be written as input. */
  onReply(answer: string): void;
  onTitle(title: string): void;
  /** The program said in which folder it is (OSC 7). */
  onFolder(path: string): void;
  onBell(): void;
}

/** A terminal without a window that draws what the real ones draw: it knows the screen when nobody looks. */
export class Twin {
  readonly #terminal: Terminal;
  /** For whoever must know the state to the last bit. */
  readonly core: TerminalCore;
  #title = '';
  #unfinished: Uint8Array = new Uint8Array();

  /** @param colorFgBg tells a light face from a dark one, see `colorAnswer` */
  constructor(
    { scrollback, ...size }: PtySize & { readonly scrollback?: number | undefined },
    colorFgBg: string | undefined,
    events: TwinEvents,
  ) {
    const { terminal, core } = newHeadless(size, scrollback);
    this.#terminal = terminal;
    this.core = core;
    this.#terminal.onData((answer) => events.onReply(answer));
    this.#terminal.onTitleChange((title) => {
      this.#title = title;
      events.onTitle(title);
    });
    this.#terminal.onBell(() => events.onBell());
    const { parser } = this.#terminal;
    parser.registerOscHandler(7, (url) => {
      const folder = folderOf(url);
      if (folder !== null) events.onFolder(folder);
      return true;
    });
    for (const osc of [10, 11, 12] as const) {
      parser.registerOscHandler(osc, (text) => {
        if (text === '?') events.onReply(colorAnswer(osc, colorFgBg));
        return text === '?';
      });
    }
  }

  /** Draws output; it is on the screen when this returns. */
  write(bytes: Uint8Array): void {
    this.core.writeSync(bytes);
    const { _parser, _utf8Decoder } = this.core._inputHandler;
    const isFinished = _parser.currentState === 0 && _utf8Decoder.interim[0] === 0;
    this.#unfinished = isFinished
      ? new Uint8Array()
      : unfinishedSequence(this.#unfinished, bytes, _parser.currentState);
  }

  /**
   * The bytes of the escape sequence or the character that the output so far ends in the middle of. They have changed nothing on the
   * screen yet: who draws `screen()` elsewhere must be given them again before what follows.
   */
  get unfinished(): Uint8Array {
    return this.#unfinished;
  }

  resize(size: PtySize): void {
    this.#terminal.resize(size.cols, size.rows);
  }

  /** The screen with its scrollback, as output that draws it on any terminal of the same size. Contains all but what is `unfinished`. */
  screen(): string {
    const { cols, rows, options } = this.#terminal;
    return drawScreen({ core: this.core, cols, rows, title: this.#title, convertsEol: options.convertEol === true });
  }

  dispose(): void {
    this.#terminal.dispose();
  }
}
