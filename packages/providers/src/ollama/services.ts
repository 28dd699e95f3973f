import type { ProviderServices } from '../services.ts';
import { endpointOf, readConfig } from './config.ts';
import { modelServer, ServerFailure } from './server/index.ts';
import { pullModel } from './server/pull.ts';

export const ollamaServices: ProviderServices = {
  models: ({ config, env }, signal) => modelServer(readConfig(config), env).models(signal),
  pullModel: async ({ config, env }, model, tell, signal) => {
    const endpoint = endpointOf(readConfig(config), env);
    if (endpoint.kind !== 'ollama')
      throw new ServerFailure(`The server at ${endpoint.url} is not Ollama: its models are fetched on that server.`);
    await pullModel({ ...endpoint, name: `Ollama at ${endpoint.url}` }, model, tell, signal);
  },
};
