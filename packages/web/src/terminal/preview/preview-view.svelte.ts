import type { OpenBlock, SessionEvent } from '@agor/protocol';
import { readBlobText } from '../../agent/blobs.ts';
import type { App } from '../../state/app.svelte.ts';
import type { Emulator, FindOptions, Found } from '../emulator.ts';
import { currentLook, fontReady, watchLook } from '../look.ts';
import { zoomTerminals } from '../zoom.ts';
import { liveOutput, missingBlobs, type ReplayPart, replayOf } from './replay.logic.ts';

/** Lines that a preview keeps. */
const SCROLLBACK = 10_000;
/** Whole outputs that are fetched for "All output". */
const MAX_BLOBS = 20;

/** A terminal that nobody can type into: it replays what an agent ran, and goes on as it runs more. */
export class PreviewView implements Disposable {
  failed = $state(false);
  finding = $state(false);
  found = $state<Found | null>(null);
  badPattern = $state(false);
  /** Outputs in full. */
  all = $state(false);
  /** Some outputs could not be fetched. */
  blobProblem = $state('');

  readonly #host: HTMLElement;
  readonly #app: App;
  readonly #stop = new AbortController();
  readonly #blobs = new Map<string, string>();
  #label: string;
  #emulator: Emulator | null = null;
  #look: Disposable | null = null;
  #sizes: ResizeObserver | null = null;
  #written: readonly string[] = [];
  /** What stands below the parts, and is replaced by what follows: the output of a command that runs. */
  #live = '';
  #shown: { events: readonly SessionEvent[]; blocks: readonly OpenBlock[] } = { events: [], blocks: [] };

  constructor(app: App, host: HTMLElement, label: string) {
    this.#app = app;
    this.#host = host;
    this.#label = label;
    void this.load();
  }

  async load(): Promise<void> {
    this.failed = false;
    const look = currentLook();
    try {
      const [{ Emulator }] = await Promise.all([import('../emulator.ts'), fontReady(look)]);
      if (!this.#stop.signal.aborted) this.#begin(Emulator);
    } catch {
      // Nothing but the network (or an upgraded hub) stands between us and our own file; the pane says so and offers to try again.
      this.failed = true;
    }
  }

  show(events: readonly SessionEvent[], blocks: readonly OpenBlock[]): void {
    this.#shown = { events, blocks };
    this.#draw();
  }

  async showAll(all: boolean): Promise<void> {
    this.all = all;
    this.#draw();
    if (!all) return;
    const missing = missingBlobs(this.#shown.events, { all, blobs: this.#blobs }).slice(-MAX_BLOBS);
    const got = await Promise.allSettled(
      missing.map(async (ref) => this.#blobs.set(ref.blob, await readBlobText(ref))),
    );
    if (this.#stop.signal.aborted) return;
    const problem = got.find((one) => one.status === 'rejected');
    this.blobProblem = problem ? String((problem.reason as Error).message) : '';
    this.#draw();
  }

  focus(): void {
    this.#emulator?.focus();
  }

  find(text: string, direction: 'next' | 'previous', options: FindOptions & { incremental?: boolean }): void {
    this.badPattern = this.#emulator?.find(text, direction, options) === false;
  }

  endFind(): void {
    this.finding = false;
    this.found = null;
    this.badPattern = false;
    this.#emulator?.endFind();
    this.focus();
  }

  set label(label: string) {
    this.#label = label;
    if (this.#emulator) this.#emulator.label = label;
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#sizes?.disconnect();
    this.#look?.[Symbol.dispose]();
    this.#emulator?.[Symbol.dispose]();
  }

  #begin(Made: typeof Emulator): void {
    const options = { host: this.#host, label: this.#label, look: currentLook(), scrollback: SCROLLBACK };
    const emulator = new Made(options, {
      input: () => {},
      find: () => {
        this.finding = true;
      },
      zoom: (by) => zoomTerminals(this.#app, by),
      riskyPaste: () => {},
      disguisedLink: () => {},
    });
    emulator.readOnly = true;
    emulator.onFound((found) => {
      this.found = found;
    });
    this.#emulator = emulator;
    this.#look = watchLook((look) => {
      emulator.look = look;
      this.#fit();
    });
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(this.#host);
    this.#fit();
    this.#draw();
  }

  #fit(): void {
    const size = this.#emulator?.proposedSize();
    if (size) this.#emulator?.resize(size);
  }

  #draw(): void {
    if (!this.#emulator) return;
    const { events, blocks } = this.#shown;
    const parts = replayOf(events, { all: this.all, blobs: this.#blobs });
    const live = liveOutput(blocks, events);
    const goesOn = this.#written.every((key, at) => parts[at]?.key === key);
    // What a running command printed is replaced by its result; text that only grew is gone on with.
    const grew = goesOn && parts.length === this.#written.length && live.startsWith(this.#live);
    if (grew) this.#write(live.slice(this.#live.length));
    else if (goesOn && this.#live === '') this.#write(textOf(parts.slice(this.#written.length)) + live);
    else this.#write(`\x1bc\x1b[?2026h\x1b[?25l${textOf(parts)}${live}\x1b[?2026l`);
    if (this.#written.length === 0 && goesOn) this.#write('\x1b[?25l');
    this.#written = parts.map(({ key }) => key);
    this.#live = live;
  }

  #write(text: string): void {
    if (text !== '') this.#emulator?.write(new TextEncoder().encode(text), () => {});
  }
}

function textOf(parts: readonly ReplayPart[]): string {
  return parts.map(({ text }) => text).join('');
}
