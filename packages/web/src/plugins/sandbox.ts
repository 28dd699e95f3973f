import { FromPlugin, MAX_PLUGIN_MESSAGE_CHARS, type PluginInfo, type ToPlugin } from '@agor/protocol';
import { z } from 'zod';

/** Where the hub serves the page without origin and network that a plugin runs in. */
const PAGE = '/plugin-page';
const BEAT_MS = 2_000;
/** Beats without an answer after which a plugin hangs. Counted, not timed: a computer that slept has not been waiting. */
const MAX_MISSED = 5;
/** Beats within which its program must have run to its end. */
const MAX_LOADING = 8;
/** As the page counts as well; here for a page that would not. */
const MESSAGES_PER_SECOND = 120;
const MESSAGES_AT_ONCE = 500;
const CHARS_PER_SECOND = 640 * 1024;
const CHARS_AT_ONCE = 2_560 * 1024;

/** What came besides messages: the page ended the plugin. */
const Ended = z.strictObject({ type: z.literal('ended'), reason: z.string().max(600) });
const Message = z.union([FromPlugin, Ended]);

export interface SandboxOwner {
  message(message: FromPlugin): void;
  /** It is gone already; `reason` is for the person. */
  ended(reason: string): void;
}

/**
 * One running plugin: a hidden frame of no origin with one worker. Whatever it says is text of a known form, only so long and only so often, or
 * it is ended. Ending it takes everything with it: frame, worker, port and timer.
 */
export class Sandbox implements Disposable {
  readonly #frame: HTMLIFrameElement;
  readonly #channel = new MessageChannel();
  readonly #timer: ReturnType<typeof setInterval>;
  #room = MESSAGES_AT_ONCE;
  #chars = CHARS_AT_ONCE;
  #at = performance.now();
  #missed = 0;
  #beats = 0;
  #loaded = false;
  #over = false;

  constructor(
    info: PluginInfo,
    program: { readonly code: string; readonly worker: string },
    agorVersion: string,
    private readonly owner: SandboxOwner,
  ) {
    const { manifest, values } = info;
    if (!manifest) throw new Error('a plugin without a manifest does not run');
    const { id, name, version, permissions } = manifest;
    const init = JSON.stringify({ id, name, version, permissions, values, agor: agorVersion });
    this.#frame = document.createElement('iframe');
    this.#frame.setAttribute('sandbox', 'allow-scripts');
    this.#frame.setAttribute('aria-hidden', 'true');
    this.#frame.tabIndex = -1;
    this.#frame.hidden = true;
    this.#frame.title = `Plugin ${name}`;
    this.#frame.dataset.plugin = id;
    this.#channel.port1.onmessage = ({ data }) => this.#take(data);
    this.#channel.port1.onmessageerror = () => this.#fail('It sent what is no message.');
    this.#frame.addEventListener(
      'load',
      () => {
        // Its origin is nobody's, so none can be named; the program is no secret, and the frame is ours.
        const message = { worker: program.worker, program: program.code, init };
        this.#frame.contentWindow?.postMessage(message, '*', [this.#channel.port2]);
      },
      { once: true },
    );
    this.#frame.src = PAGE;
    document.body.append(this.#frame);
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
  }

  send(message: ToPlugin): void {
    if (!this.#over) this.#channel.port1.postMessage(JSON.stringify(message));
  }

  [Symbol.dispose](): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#channel.port1.onmessage = null;
    this.#channel.port1.close();
    this.#frame.remove();
  }

  #take(data: unknown): void {
    if (this.#over) return;
    const now = performance.now();
    this.#room = Math.min(MESSAGES_AT_ONCE, this.#room + ((now - this.#at) / 1000) * MESSAGES_PER_SECOND) - 1;
    this.#chars = Math.min(CHARS_AT_ONCE, this.#chars + ((now - this.#at) / 1000) * CHARS_PER_SECOND);
    if (typeof data === 'string') this.#chars -= data.length;
    this.#at = now;
    if (this.#room < 0 || this.#chars < 0) {
      this.#fail(WHY.flood);
      return;
    }
    if (typeof data !== 'string') {
      this.#fail(WHY.notText);
      return;
    }
    if (data.length > MAX_PLUGIN_MESSAGE_CHARS) {
      this.#fail(WHY.tooLong);
      return;
    }
    const message = readMessage(data);
    if (message === null) {
      this.#fail('It sent what is no message of a plugin.');
      return;
    }
    if (message.type === 'ended') {
      const { reason } = message; // the plugin can say it, too
      this.#fail(Object.hasOwn(WHY, reason) ? (WHY[reason] ?? reason) : reason);
      return;
    }
    this.#missed = 0;
    if (message.type === 'pong') return;
    if (message.type === 'loaded') this.#loaded = true;
    if (message.type === 'failed') {
      this.#fail(message.message);
      return;
    }
    this.owner.message(message);
  }

  #beat(): void {
    // A browser lets hidden pages' timers sleep; what is not looked at may take its time.
    if (document.hidden) return;
    this.#beats++;
    if (++this.#missed > MAX_MISSED) {
      this.#fail(WHY.hangs);
      return;
    }
    if (!this.#loaded && this.#beats > MAX_LOADING) {
      this.#fail('Its program did not come to its end in time.');
      return;
    }
    this.send({ type: 'ping', id: this.#beats });
  }

  #fail(reason: string): void {
    this[Symbol.dispose]();
    this.owner.ended(reason);
  }
}

const WHY: Readonly<Record<string, string>> & { flood: string; notText: string; tooLong: string; hangs: string } = {
  flood: 'It sent more messages than agor takes, or longer ones, and was ended.',
  notText: 'It sent something that is no text, and was ended.',
  tooLong: 'It sent a message that is too long, and was ended.',
  hangs: 'It did not answer any more (a loop without an end?), and was ended.',
};

function readMessage(text: string): z.infer<typeof Message> | null {
  try {
    return Message.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // no JSON: the caller ends it
  }
}
