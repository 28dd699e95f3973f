import { expect, test } from 'bun:test';
import { ProviderSettings } from '@agor/protocol';
import { choosableProviders, findProvider } from '../registry.ts';
import { agents } from './agents/index.ts';
import { AcpConfig } from './settings.ts';

const settings = (config: object) => ProviderSettings.parse({ config });

test('each agent that agor knows is a provider of its own, and the family is none', () => {
  const ids = choosableProviders({}).map(({ id }) => String(id));
  expect(ids).toEqual(expect.arrayContaining(agents.map(({ name }) => `acp:${name}`)));
  expect(ids).not.toContain('acp');
  expect(findProvider('acp')).toBeUndefined();
  expect(findProvider('acp:nobody')).toBeUndefined();
});

test('those that were never run with agor say so, those that the tests run do not', () => {
  for (const { name, caveat = '', cli } of agents)
    expect({ name, untested: caveat.startsWith('untested') }).toEqual({ name, untested: cli.version === '' });
});

test('an agent of the settings is a provider with its own command line, and only the modes that it can have', () => {
  const own = settings({ agents: { mine: { command: '~/bin/mine', args: ['serve'], env: { KEY: 'x' } } } });
  const variants = findProvider('acp:mine', own);
  expect(variants).toMatchObject({ id: 'acp:mine', label: 'mine', envPrefixes: [] });
  expect(variants?.capabilities.permissionModes).toEqual(['default', 'acceptEdits', 'bypassPermissions']);
  expect(findProvider('acp:gemini')?.capabilities.permissionModes).toContain('plan');
});

test('what the settings say of a known agent is added to what agor knows of it', () => {
  const own = settings({ agents: { gemini: { args: ['--debug'] } } });
  expect(findProvider('acp:gemini', own)?.cli?.args).toEqual(['--acp', '--debug']);
});

test('wrong settings are told by name; what is wrong with one agent takes no other away', () => {
  const wrong = { agents: { mine: { args: ['x'] }, 'No Name': { command: 'x' }, fine: { command: 'fine' } } };
  const told = AcpConfig.safeParse(wrong).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  expect(told).toEqual([
    'agents.mine: agor knows no agent "mine": give its command',
    'agents.No Name: a name is lower-case letters, digits, dots and dashes',
  ]);
  expect(findProvider('acp:fine', settings(wrong))).toBeDefined();
});
