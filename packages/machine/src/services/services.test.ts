import { expect, test } from 'bun:test';
import { type MachineEnvironment, ProjectId } from '@agor/protocol';
import {
  defineProvider,
  findProvider,
  type OutsideItem,
  type ProviderServices,
  type ServicePlace,
} from '@agor/providers';
import { EnvironmentSource } from '../environment/index.ts';
import { Requests } from '../requests/index.ts';
import { boundedItems } from './bounded-items.ts';
import { registerServiceRequests } from './requests.ts';

const demo = findProvider('demo');
if (!demo) throw new Error('no demo provider');

const PROJECT = ProjectId.parse('p');
const environment: MachineEnvironment = {
  base: { PATH: '/usr/bin:/bin', HOME: '/home/ann' },
  providers: { demo: { enabled: true, args: [], env: { A: 'family' }, config: { host: 'everywhere' } } },
  projects: { [PROJECT]: { demo: { env: { A: 'project' }, config: { host: 'here' } } } },
};

/** Asks a machine whose demo provider has these services. */
function machine(services: ProviderServices) {
  const requests = new Requests();
  const source = new EnvironmentSource();
  source.set(environment);
  const definition = defineProvider({ ...demo, label: 'Toy', services: async () => services } as never);
  registerServiceRequests(requests, { providersDir: '/nowhere', environment: source, find: () => definition });
  const progress: string[] = [];
  let cancel: () => void = () => {};
  const ask = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const session = requests.session((answer) => {
        if (answer.t === 'progress') progress.push(answer.message);
        else if (answer.t === 'result') resolve(answer.result);
        else reject(new Error(`${answer.code}: ${answer.message}`));
      });
      cancel = () => session.cancel('r');
      void session.start('r', method, { provider: 'demo', ...params });
    });
  return { ask, progress, cancel: () => cancel() };
}

test('a service works with the environment and the settings that an agent of the project would have', async () => {
  const places: ServicePlace[] = [];
  const { ask } = machine({
    models: async (place) => {
      places.push(place);
      return [{ id: 'm', label: 'M' }];
    },
  });
  expect(await ask('services.models', { projectId: PROJECT, cwd: '/code' })).toEqual([{ id: 'm', label: 'M' }]);
  await ask('services.models');
  expect(places).toMatchObject([
    { cwd: '/code', env: { A: 'project', HOME: '/home/ann' }, config: { host: 'here' }, variant: null },
    { cwd: null, env: { A: 'family' }, config: { host: 'everywhere' } },
  ]);
});

test('a provider that can not do something says so; one that tells no models has those of its definition', async () => {
  const { ask } = machine({});
  await expect(ask('services.skills')).rejects.toThrow('unsupported: Toy has no skills.');
  await expect(ask('services.outside', { limit: 10 })).rejects.toThrow('Toy can not list sessions');
  expect(await ask('services.models')).toEqual([...demo.models]);
});

test('fetching a model tells how far it is, and ends when it is cancelled', async () => {
  const { ask, progress, cancel } = machine({
    pullModel: async (_place, model, tell, signal) => {
      tell({ progress: `fetching ${model}`, percent: 40 });
      if (model === 'endless')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  });
  expect(await ask('services.pullModel', { model: 'small' })).toEqual({});
  expect(progress.map((line) => JSON.parse(line) as unknown)).toEqual([{ progress: 'fetching small', percent: 40 }]);
  const endless = ask('services.pullModel', { model: 'endless' });
  while (progress.length < 2) await new Promise((resolve) => setImmediate(resolve));
  cancel();
  await expect(endless).rejects.toThrow('cancelled');
});

test('of a huge conversation the newest part is read, and how much was left out', async () => {
  const items: OutsideItem[] = Array.from({ length: 100 }, (_, i) => ({
    kind: 'prompt',
    text: `${i}`.padEnd(100),
    at: i,
  }));
  const session = { providerSessionId: 'c', cwd: '/code', title: 't', updatedAt: 1, sizeBytes: 1 };
  const { ask } = machine({ readOutside: async () => ({ session, items }) });
  expect(await ask('services.readOutside', { providerSessionId: 'c' })).toEqual({ session, items, leftOut: 0 });
  const bounded = boundedItems(items, 1_500);
  expect(bounded.items.length + bounded.leftOut).toBe(100);
  expect(bounded.items.at(-1)).toEqual(items[99] as OutsideItem);
  expect(JSON.stringify(bounded.items).length).toBeLessThan(1_600);
});
