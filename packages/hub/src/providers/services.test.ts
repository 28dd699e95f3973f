import { expect, test } from 'bun:test';
import { ProjectId, ProviderId, SessionId } from '@agor/protocol';
import { ManualClock } from '@agor/runtime/testing';
import { rejected } from '../failure.ts';
import { ProviderServiceCalls } from './services.ts';

const CLAUDE = ProviderId.parse('claude');
const PROJECT = ProjectId.parse('p');
type Options = { readonly onProgress?: (line: string) => void };

function setUp(answer: (method: string, options?: Options) => unknown) {
  const asked: [string, unknown][] = [];
  const clock = new ManualClock();
  const calls = new ProviderServiceCalls({
    core: {
      machine: {
        request: async (method: string, params: unknown, options?: Options) => {
          asked.push([method, params]);
          return answer(method, options);
        },
      },
      sessions: { sessionOf: (_: ProviderId, id: string) => (id === 'known' ? SessionId.parse('s-1') : null) },
    } as never,
    clock,
    project: () => ({
      cwd: '/code',
      provider: CLAUDE,
      claudeConfigDir: '/profiles/work',
      settingSources: ['user', 'project', 'local'],
      sandbox: { enabled: true, ports: ['8080'], paths: [] } as never,
    }),
    defaultProvider: () => CLAUDE,
    sandboxByDefault: () => true,
  });
  return { asked, clock, calls };
}

test('models are asked for once a minute, and again when settings changed or it failed', async () => {
  let fails = false;
  const { asked, clock, calls } = setUp(() => {
    if (fails) throw rejected('The server does not answer.');
    return [{ id: 'm', label: 'M' }];
  });
  const both = await Promise.all([calls.models(CLAUDE), calls.models(CLAUDE)]);
  expect(both).toEqual([[{ id: 'm', label: 'M' }], [{ id: 'm', label: 'M' }]]);
  await calls.models(CLAUDE, PROJECT);
  expect(asked).toHaveLength(2);
  await clock.advanceAsync(61_000);
  await calls.models(CLAUDE);
  calls.forget();
  await calls.models(CLAUDE);
  expect(asked).toHaveLength(4);
  calls.forget();
  fails = true;
  await expect(calls.models(CLAUDE)).rejects.toThrow('does not answer');
  fails = false;
  expect(await calls.models(CLAUDE)).toHaveLength(1);
});

test('what a provider does for a project is done in its folder, with its profile and what the person accepted', async () => {
  const { asked, calls } = setUp(() => []);
  await calls.skills(CLAUDE, PROJECT);
  await calls.profiles(CLAUDE);
  expect(asked).toEqual([
    [
      'services.skills',
      { provider: 'claude', projectId: 'p', cwd: '/code', claudeConfigDir: '/profiles/work', repoSettings: true },
    ],
    [
      'services.profiles',
      { provider: 'claude', projectId: null, cwd: null, claudeConfigDir: null, repoSettings: false },
    ],
  ]);
});

test('sessions from outside tell which of them agor has already', async () => {
  const found = (providerSessionId: string) => ({
    providerSessionId,
    cwd: '/code',
    title: 't',
    updatedAt: 1,
    sizeBytes: 2,
  });
  const { calls } = setUp(() => ({ sessions: [found('known'), found('new')], next: 'more' }));
  expect(await calls.outside(CLAUDE, { limit: 10 })).toEqual({
    sessions: [
      { ...found('known'), provider: CLAUDE, importedAs: SessionId.parse('s-1') },
      { ...found('new'), provider: CLAUDE, importedAs: null },
    ],
    next: 'more',
  });
});

test('fetching a model tells how far it is, then the model; a refusal comes in its words', async () => {
  let refuses = false;
  const { calls } = setUp((_, options) => {
    if (refuses) throw rejected('There is no model "x".');
    options?.onProgress?.(JSON.stringify({ progress: 'fetching', percent: null }));
    options?.onProgress?.(JSON.stringify({ progress: 'fetching', percent: 50 }));
    return {};
  });
  const pull = async () => {
    const seen: unknown[] = [];
    for await (const step of calls.pullModel(CLAUDE, 'x')) seen.push(step);
    return seen;
  };
  expect(await pull()).toEqual([
    { progress: 'fetching', percent: null },
    { progress: 'fetching', percent: 50 },
    { pulled: 'x' },
  ]);
  refuses = true;
  await expect(pull()).rejects.toThrow('There is no model "x".');
});

test('an answer that is none is no crash but words', async () => {
  const { calls } = setUp(() => ({ nonsense: true }));
  await expect(calls.models(CLAUDE)).rejects.toThrow(`The machine's answer to "services.models" can't be read`);
});
