import type { SecretsStanding, WatchFrame } from '@agor/protocol';
import type { HubClient } from './client.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** What may be known of secrets; asked for while somebody looks at them, because each look asks the keyring. */
export class SecretsStore implements WatchReader {
  readonly standing: Live<SecretsStanding>;

  constructor(client: HubClient) {
    this.standing = new Live((signal) => client.secrets.list({}, { signal }));
  }

  read(frame: WatchFrame): void {
    if (frame.kind === 'snapshot') this.standing.refresh();
  }
}
