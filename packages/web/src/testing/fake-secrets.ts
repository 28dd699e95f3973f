import { contract, type KeyringState, KNOWN_SECRETS, type SecretInfo } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** The secrets of a FakeHub: names only, as everywhere outside the hub. */
export function fakeSecrets(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const api = implement(contract).secrets;
  const ok = { ok: true as const };
  const set = new Map<string, number>();
  const keyring = (): KeyringState => hub.keyring;
  const info = (name: string, label: string | null): SecretInfo => ({
    name,
    label,
    isSet: set.has(name),
    since: set.get(name) ?? null,
    isShort: false,
    usedBy: name === 'anthropic_api_key' ? ['Claude'] : [],
  });
  return api.router({
    list: api.list.handler(() => ({
      keyring: keyring(),
      secrets: [
        ...KNOWN_SECRETS.map(({ name, label }) => info(name, label)),
        ...[...set.keys()]
          .filter((name) => !KNOWN_SECRETS.some((known) => known.name === name))
          .map((name) => info(name, null)),
      ],
    })),
    set: api.set.handler(({ input }) => {
      seen('secrets.set', input);
      if (hub.keyring.state !== 'ready') throw new ORPCError('REJECTED', { message: hub.keyring.message ?? '' });
      set.set(input.name, hub.now());
      return ok;
    }),
    remove: api.remove.handler(({ input }) => {
      seen('secrets.remove', input);
      set.delete(input.name);
      return ok;
    }),
    unlock: api.unlock.handler(({ input }) => {
      seen('secrets.unlock', input);
      hub.keyring = { state: 'ready', message: null };
      return ok;
    }),
  });
}
