import type { Hub, Os } from './context.ts';
import { withWireErrors } from './errors.ts';

export function providersProcedures(os: Os, { providers, services, log }: Hub) {
  const api = os.providers;
  return api.router({
    list: api.list.handler(({ input }) => (input.refresh ? providers.refresh() : providers.ready())),
    install: api.install.handler(({ input, signal, path }) =>
      withWireErrors(providers.install(input.provider, signal), path, log),
    ),
    models: api.models.handler(({ input }) => services.models(input.provider, input.projectId)),
    pullModel: api.pullModel.handler(({ input, signal, path }) =>
      withWireErrors(services.pullModel(input.provider, input.model, signal), path, log),
    ),
    profiles: api.profiles.handler(({ input }) => services.profiles(input.provider)),
    skills: api.skills.handler(({ input }) => services.skills(input.provider, input.projectId)),
    readSkill: api.readSkill.handler(({ input }) => services.readSkill(input.provider, input.projectId, input.path)),
    sandbox: api.sandbox.handler(({ input }) => services.sandbox(input.provider, input.projectId)),
  });
}
