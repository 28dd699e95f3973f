import { contract } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** What providers can do besides running sessions, over a FakeHub. */
export function fakeProviders(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).providers;
  return {
    list: os.list.handler(() => hub.providers),
    install: os.install.handler(async function* ({ input }) {
      seen('providers.install', input);
      yield { progress: 'Downloading' };
      yield { installed: '1.0.0' };
    }),
    models: os.models.handler(({ input }) => {
      seen('providers.models', input);
      return hub.models[input.provider] ?? hub.providers.find(({ id }) => id === input.provider)?.models ?? [];
    }),
    pullModel: os.pullModel.handler(async function* ({ input, signal }) {
      seen('providers.pullModel', input);
      yield { progress: 'Fetching the manifest', percent: null };
      yield { progress: 'Fetching', percent: 40 };
      if (input.model === 'endless') await ended(signal);
      hub.models[input.provider] = [...(hub.models[input.provider] ?? []), { id: input.model, label: input.model }];
      yield { pulled: input.model };
    }),
    profiles: os.profiles.handler(() => hub.profiles),
    skills: os.skills.handler(() => hub.skills.map(({ text: _, ...skill }) => skill)),
    readSkill: os.readSkill.handler(({ input }) => {
      seen('providers.readSkill', input);
      const skill = hub.skills.find(({ sourcePath }) => sourcePath === input.path);
      if (!skill) throw new ORPCError('NOT_FOUND', { message: `There is no skill ${input.path}.` });
      return { text: skill.text };
    }),
    sandbox: os.sandbox.handler(({ input }) => {
      seen('providers.sandbox', input);
      return hub.sandbox;
    }),
  };
}

/** Until the caller goes away. */
function ended(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
}
