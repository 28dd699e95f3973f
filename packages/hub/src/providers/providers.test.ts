import { expect, test } from 'bun:test';
import type { ProviderStatus } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import type { Machine } from '../core/index.ts';
import { HubBus } from '../events/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import { Providers } from './providers.ts';

const logger = createLogger({ name: 'test', level: 'error' });

test("a provider is looked for again when the person's environment becomes known", async () => {
  const bus = new HubBus(logger);
  let asked = 0;
  const machine = {
    state: { state: 'starting' },
    request: async () => {
      asked += 1;
      return [];
    },
  } as unknown as Machine;
  const settings = { providers: () => ({}) } as unknown as SettingsStore;
  using providers = new Providers({ machine, settings, bus, log: logger });
  const told = Promise.withResolvers<ProviderStatus[]>();
  bus.on('providers', told.resolve);
  expect(asked).toBe(0);
  bus.emit('environment', 'known');
  expect(await told.promise).toEqual(providers.list());
  expect(asked).toBe(1);
});

test('after an upgrade under running agents the machine of before is asked which providers there are', async () => {
  const bus = new HubBus(logger);
  let asked = 0;
  const machine = {
    state: { state: 'starting' },
    request: async () => {
      asked += 1;
      return [];
    },
  } as unknown as Machine;
  const settings = { providers: () => ({}) } as unknown as SettingsStore;
  using _providers = new Providers({ machine, settings, bus, log: logger });
  const told = Promise.withResolvers<ProviderStatus[]>();
  bus.on('providers', told.resolve);
  bus.emit('machine', { state: 'outdated', since: 0, pid: 1, build: 'before', message: null });
  await told.promise;
  expect(asked).toBe(1);
});
