import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { SecretName } from '@agor/protocol';
import { createLogger, SecretRedactor, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { HubBus } from '../events/index.ts';
import { Problems } from '../problems/index.ts';
import type { KeyringAnswer } from './keyring/index.ts';
import { Secrets } from './secrets.ts';

const TOKEN = SecretName.parse('github_token');
const OWN = SecretName.parse('own');

/** A keyring whose reads say what they saw when they began, and end when a test lets them. */
class SlowKeyring {
  readonly kept: Record<string, string> = {};
  readonly #reads: (() => void)[] = [];

  read(): Promise<KeyringAnswer> {
    const seen = { ...this.kept };
    return new Promise((resolve) => this.#reads.push(() => resolve({ ok: true, values: seen })));
  }
  async set(name: string, value: string): Promise<KeyringAnswer> {
    this.kept[name] = value;
    return { ok: true, values: {} };
  }
  async remove(name: string): Promise<KeyringAnswer> {
    delete this.kept[name];
    return { ok: true, values: {} };
  }
  /** Until `what` has come; each read that begins meanwhile ends as well. */
  async letReadsEndUntil<T>(what: Promise<T>): Promise<T> {
    let over = false;
    void what.finally(() => (over = true));
    while (!over) {
      for (const end of this.#reads.splice(0)) end();
      await Promise.resolve();
    }
    return await what;
  }
}

test('what is set or removed while the keyring is read stays so', async () => {
  using dir = tempDir();
  const log = createLogger({ name: 'hub', file: join(dir.path, 'hub.log') });
  const bus = new HubBus(log);
  const keyring = new SlowKeyring();
  const redactor = new SecretRedactor();
  const file = join(dir.path, 'secrets.json');
  const problems = new Problems(bus, systemClock);
  const secrets = new Secrets({ file, keyring, redactor, clock: systemClock, bus, problems, log, users: () => [] });
  const shown = async () => {
    const standing = await keyring.letReadsEndUntil(secrets.standing());
    return standing.secrets.filter(({ isSet }) => isSet).map(({ name }) => name);
  };

  const reading = secrets.standing();
  await secrets.set(TOKEN, 'ghp_of_a_test');
  await keyring.letReadsEndUntil(reading);
  expect([secrets.values, await shown()]).toEqual([{ [TOKEN]: 'ghp_of_a_test' }, [TOKEN]]);

  await secrets.set(OWN, 'a value of mine');
  const again = secrets.standing();
  await secrets.remove(TOKEN);
  await keyring.letReadsEndUntil(again);
  expect([secrets.values, await shown()]).toEqual([{ [OWN]: 'a value of mine' }, [OWN]]);
});
