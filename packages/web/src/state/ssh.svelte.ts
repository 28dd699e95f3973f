import type { SshConnection, WatchFrame } from '@agor/protocol';
import type { HubClient } from './client.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** The SSH connections that the person keeps: asked for once (they are commands of the palette, too), and again when they changed. */
export class SshStore implements WatchReader {
  readonly list: Live<SshConnection[]>;
  #watching: Disposable | null = null;

  constructor(client: HubClient) {
    this.list = new Live((signal) => client.ssh.list({}, { signal }));
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') this.#watching ??= this.list.watch();
    if (frame.kind === 'snapshot' || frame.kind === 'ssh') this.list.refresh();
  }
}
