import { readCatalogue } from '../plugins/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

export function pluginProcedures(os: Os, { plugins, once }: Hub) {
  const api = os.plugins;
  return api.router({
    list: api.list.handler(() => ({ folder: plugins.folder, plugins: plugins.list() })),
    reload: api.reload.handler(() => {
      plugins.reload();
      return DONE;
    }),
    enable: api.enable.handler(({ input }) =>
      once.run('plugins.enable', input, () => {
        plugins.enable(input.id, input.hash);
        return DONE;
      }),
    ),
    disable: api.disable.handler(({ input }) => {
      plugins.disable(input.id);
      return DONE;
    }),
    remove: api.remove.handler(({ input }) =>
      once.run('plugins.remove', input, () => {
        plugins.remove(input.id, input.keepSettings);
        return DONE;
      }),
    ),
    program: api.program.handler(({ input }) => plugins.program(input.id)),
    // What writes is done once by its id where it is written; what looks is not worth remembering.
    call: api.call.handler(({ input }) => plugins.call({ ...input, input: input.input })),
    set: api.set.handler(({ input }) => {
      plugins.set(input.id, input.name, input.value);
      return DONE;
    }),
    install: api.install.handler(({ input }) =>
      once.run('plugins.install', input, () => plugins.install(input.source, input.sha256)),
    ),
    catalogue: api.catalogue.handler(({ input }) => readCatalogue(input.source)),
  });
}
