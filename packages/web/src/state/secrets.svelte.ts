import type { SecretsStanding, WatchFrame } from '@agor/protocol';
import type { HubClient } from './client.ts';
import { Live } from './live.svelte.ts';
import type { WatchReader } from './watch.svelte.ts';

/** Settings and groups say what uses a secret. */
const NEWS: ReadonlySet<WatchFrame['kind']> = new Set(['snapshot', 'secrets', 'settings', 'groups']);

/** What may be known of secrets; asked for while somebody looks at them, because each look asks the keyring. */
export class SecretsStore implements WatchReader {
  readonly standing: Live<SecretsStanding>;

  constructor(client: HubClient) {
    this.standing = new Live((signal) => client.secrets.list({}, { signal }));
  }

  read(frame: WatchFrame): void {
    if (NEWS.has(frame.kind)) this.standing.refresh();
  }
}
