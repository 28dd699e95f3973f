import { contract } from '@agor/protocol';
import { implement } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

const ok = { ok: true as const };

/** The plugins of a FakeHub: what tests put there. */
export function fakePlugins(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const api = implement(contract).plugins;
  const change = (id: string, to: Partial<FakeHub['plugins'][number]>) => {
    hub.plugins = hub.plugins.map((one) => (one.id === id ? { ...one, ...to } : one));
    hub.tell({ kind: 'plugins' });
    return ok;
  };
  return api.router({
    list: api.list.handler(() => ({ folder: '/config/plugins', plugins: [...hub.plugins] })),
    reload: api.reload.handler(() => ok),
    enable: api.enable.handler(({ input }) => {
      seen('plugins.enable', input);
      return change(input.id, { enabled: true, consent: 'given' });
    }),
    disable: api.disable.handler(({ input }) => change(input.id, { enabled: false })),
    remove: api.remove.handler(({ input }) => {
      seen('plugins.remove', input);
      hub.plugins = hub.plugins.filter(({ id }) => id !== input.id);
      hub.tell({ kind: 'plugins' });
      return ok;
    }),
    program: api.program.handler(() => ({ code: '', hash: '', worker: '' })),
    call: api.call.handler(({ input }) => {
      seen(input.method, input.input);
      return [];
    }),
    set: api.set.handler(({ input }) => {
      seen('plugins.set', input);
      const values = hub.plugins.find(({ id }) => id === input.id)?.values;
      return change(input.id, { values: { ...values, [input.name]: input.value } });
    }),
    install: api.install.handler(({ input }) => {
      seen('plugins.install', input);
      return { id: 'standup', version: '1.0.0', replaced: false };
    }),
    catalogue: api.catalogue.handler(() => ({ entries: [], wrong: [] })),
  });
}
