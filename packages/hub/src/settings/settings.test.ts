import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { ProviderId, type Settings } from '@agor/protocol';
import { createLogger } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { requireOverrides, SettingsStore } from './index.ts';

function setUp() {
  const temp = tempDir();
  const db = openHubDatabase(join(temp.path, 'sessions.db'));
  const log = createLogger({ name: 'test', file: join(temp.path, 'log') });
  const bus = new HubBus(log);
  const heard: Settings[] = [];
  bus.on('settings', (settings) => heard.push(settings));
  const end = () => {
    db.close();
    temp[Symbol.dispose]();
  };
  return { db, heard, open: () => new SettingsStore({ db, bus, log }), [Symbol.dispose]: end };
}

test('settings have defaults, are kept, and every change is told', () => {
  using at = setUp();
  const settings = at.open();
  expect(settings.value('default_provider')).toBe('claude');
  expect(settings.list()).toMatchObject({ theme: 'mocha', term_font_size: 13, idle_close_minutes: 30 });
  settings.set('term_font_size', 15);
  expect(at.heard[0]).toMatchObject({ term_font_size: 15 });
  expect(at.open().value('term_font_size')).toBe(15);
});

test("a provider's settings are one value with defaults of their own", () => {
  using at = setUp();
  const settings = at.open();
  const claude = ProviderId.parse('claude');
  expect(settings.provider(claude)).toMatchObject({ enabled: true, args: [], env: {}, config: {} });
  expect(settings.providers()).toEqual({});
  settings.set('providers.claude', { enabled: false, defaultModel: 'opus', later: 1 });
  expect(at.open().provider(claude)).toMatchObject({ enabled: false, defaultModel: 'opus', args: [], later: 1 });
  expect(Object.keys(settings.providers())).toEqual(['claude']);
});

test('an unknown key is refused with those near it, a wrong value with what is wrong', () => {
  using at = setUp();
  const settings = at.open();
  expect(() => settings.get('term_font_sice')).toThrow(/Did you mean term_font_size/);
  expect(() => settings.set('provider.claude', {})).toThrow(/providers\.claude/);
  expect(() => settings.get('constructor')).toThrow(/there is no setting/);
  expect(() => settings.get('providers.Not An Id')).toThrow(/there is no setting/);
  expect(() => settings.set('term_font_size', 99)).toThrow(/term_font_size does not take 99/);
  expect(() => settings.set('theme', undefined)).toThrow(/theme does not take/);
  expect(() => settings.set('providers.claude', { args: 'x' })).toThrow(/at args/);
  expect(at.heard).toEqual([]);
});

test('a kept value that this agor does not understand gives the default and stays in the database', () => {
  using at = setUp();
  at.db.raw.run("INSERT INTO settings VALUES ('theme', 'no json'), ('term_font_size', '400'), ('newer', '1')");
  const settings = at.open();
  expect(settings.value('theme')).toBe('mocha');
  expect(settings.value('term_font_size')).toBe(13);
  expect(at.db.raw.query('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 3 });
});

test("a provider's config is checked by that provider; one that this agor does not know is kept as it is", () => {
  using at = setUp();
  const settings = at.open();
  expect(() => settings.set('providers.acp', { config: { agents: { mine: {} } } })).toThrow(
    /config\.agents\.mine: agor knows no agent "mine": give its command/,
  );
  expect(() => settings.set('providers.ollama', { config: { numCtx: 'many' } })).toThrow(/config\.numCtx/);
  settings.set('providers.acp', { config: { agents: { mine: { command: 'my-agent', later: 1 } } } });
  expect(at.open().provider(ProviderId.parse('acp:mine')).config).toEqual({
    agents: { mine: { command: 'my-agent', later: 1 } },
  });
  settings.set('providers.newer', { config: { any: 'thing' } });
  expect(at.open().providers()).toMatchObject({ newer: { config: { any: 'thing' } } });
});

test('an agent of a family has no key of its own: the message says where its settings are', () => {
  using at = setUp();
  const settings = at.open();
  expect(() => settings.set('providers.acp:opencode', {})).toThrow(
    'the agents of a family are set in providers.acp, under config.agents.opencode',
  );
});

test('what a project decides of a provider is checked as well', () => {
  expect(() => requireOverrides({ ollama: { config: { host: 'no address' } } })).toThrow(/config\.host/);
  expect(() => requireOverrides({ ollama: { config: { numCtx: 4096 } }, newer: { config: { x: 1 } } })).not.toThrow();
});
