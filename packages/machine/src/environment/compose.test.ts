import { expect, test } from 'bun:test';
import { MachineEnvironment, ProjectId, ProviderId } from '@agor/protocol';
import { agentEnvironment } from './agent-environment.ts';
import { composeEnvironment } from './compose.ts';
import { explainEnvironment } from './explain.ts';
import { ownerOf, variableOwner, vendorPrefixes } from './prefixes.ts';

const claude = variableOwner(ProviderId.parse('claude'));
const prefixes = vendorPrefixes();
const base = {
  PATH: '/usr/bin',
  HOME: '/home/ann',
  HTTPS_PROXY: 'http://proxy',
  ANTHROPIC_API_KEY: 'mine',
  OPENAI_API_KEY: 'not mine',
  CLAUDECODE: '1',
  CLAUDE_CODE_ENTRYPOINT: 'cli',
  AGOR_DATA_DIR: '/somewhere',
  AGOR_TOKEN: 'of a session around us',
};

test('a vendor’s keys reach its own agent and no other; nothing tells it that it runs inside another agent', () => {
  const env = composeEnvironment({
    owner: claude,
    base,
    added: {},
    session: {},
    prefixes,
    own: { AGOR_SESSION: 's' },
  });
  expect(env).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/ann',
    HTTPS_PROXY: 'http://proxy',
    ANTHROPIC_API_KEY: 'mine',
    AGOR_SESSION: 's',
  });
});

test('the session’s variables are stronger than the provider’s settings, and those than the shell’s', () => {
  const added = { ANTHROPIC_API_KEY: 'settings', OPENAI_API_KEY: 'wanted here', A: 'settings' };
  const env = composeEnvironment({
    owner: claude,
    base,
    added,
    session: { A: 'session', GEMINI_API_KEY: 'no' },
    prefixes,
    own: {},
  });
  expect(env).toMatchObject({ ANTHROPIC_API_KEY: 'settings', OPENAI_API_KEY: 'wanted here', A: 'session' });
  expect(env).not.toHaveProperty('GEMINI_API_KEY');
});

test('PATH is always there', () => {
  expect(composeEnvironment({ owner: claude, base: {}, added: {}, session: {}, prefixes, own: {} }).PATH).toContain(
    '/usr/bin',
  );
});

test('a provider that declares its prefixes keeps them from others', () => {
  const table = vendorPrefixes([{ id: 'nova', envPrefixes: ['NOVA_'] }]);
  expect([...(ownerOf('NOVA_KEY', table) ?? [])]).toEqual(['nova']);
  expect(ownerOf('LANG', table)).toBeNull();
});

test('for each variable of the shell it can be told why an agent does not get it, without showing secrets', () => {
  const told = new Map(
    explainEnvironment(base, claude, prefixes).map(({ name, value, verdict }) => [name, [value, verdict]]),
  );
  expect(told.get('ANTHROPIC_API_KEY')).toEqual([null, 'kept']);
  expect(told.get('OPENAI_API_KEY')).toEqual([null, 'otherVendor']);
  expect(told.get('CLAUDECODE')).toEqual(['1', 'nestedAgent']);
  expect(told.get('AGOR_DATA_DIR')).toEqual(['/somewhere', 'agorsOwn']);
  expect(told.get('HOME')).toEqual(['/home/ann', 'kept']);
});

test('an agent of a family may have what is its vendor’s; settings of the family, the agent and the project add to it in this order', () => {
  const environment = MachineEnvironment.parse({
    base: { GEMINI_API_KEY: 'g', OPENAI_API_KEY: 'o', PATH: '/bin' },
    providers: { acp: { env: { A: 'family', B: 'family' } } },
    projects: { p: { acp: { env: { B: 'project' } } } },
  });
  const of = (provider: string, project: string | null) =>
    agentEnvironment({
      environment,
      provider: ProviderId.parse(provider),
      projectId: project === null ? null : ProjectId.parse(project),
      session: {},
      prefixes,
      own: {},
    });
  expect(of('acp:gemini', 'p')).toEqual({ PATH: '/bin', GEMINI_API_KEY: 'g', A: 'family', B: 'project' });
  expect(of('acp:codex', null)).toEqual({ PATH: '/bin', OPENAI_API_KEY: 'o', A: 'family', B: 'family' });
  expect(of('gemini', 'p')).toEqual({ PATH: '/bin', GEMINI_API_KEY: 'g' });
});
