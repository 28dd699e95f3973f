import type { PromptTrace, WatchFrame } from '@agor/protocol';
import type { WatchReader } from './watch.svelte.ts';

/** Begins a trace with each prompt that the person gives, while the hub exports telemetry; else does nothing. */
export class Tracing implements WatchReader {
  #exported = false;

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') this.#exported = frame.telemetry === true;
  }

  /** To be spread into the prompt. This window exports nothing: by `clickedAt` the hub tells of the click. */
  begin(): { trace?: PromptTrace } {
    if (!this.#exported) return {};
    return { trace: { parent: `00-${randomHex(16)}-${randomHex(8)}-01`, clickedAt: Date.now() } };
  }
}

/** `randomUUID` is missing where the page came over plain http from another computer. */
function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
