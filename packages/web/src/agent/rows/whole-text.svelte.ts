import type { BlobRef } from '@agor/protocol';
import { readBlobText } from '../blobs.ts';

/** All of a text of which an event carries only the beginning, fetched when the person asks for it. */
export class WholeText {
  /** Null until it has been fetched. */
  text = $state<string | null>(null);
  busy = $state(false);
  failure = $state('');

  async fetch(blob: BlobRef): Promise<void> {
    if (this.busy || this.text !== null) return;
    this.failure = '';
    this.busy = true;
    try {
      this.text = await readBlobText(blob);
    } catch (error) {
      this.failure = error instanceof DOMException ? 'agor did not answer in time.' : (error as Error).message;
    } finally {
      this.busy = false;
    }
  }
}
