import type { Hub, Os } from './context.ts';
import { withWireErrors } from './errors.ts';

export function providersProcedures(os: Os, { providers, log }: Hub) {
  const api = os.providers;
  return api.router({
    list: api.list.handler(({ input }) => (input.refresh ? providers.refresh() : providers.ready())),
    install: api.install.handler(({ input, signal, path }) =>
      withWireErrors(providers.install(input.provider, signal), path, log),
    ),
  });
}
