import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '@agor/runtime';
import { ManualClock, tempDir } from '@agor/runtime/testing';
import { openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import { openGroups } from '../groups/index.ts';
import { Problems } from '../problems/index.ts';
import { exportSettings, importSettings, previewImport, SettingsStore } from './index.ts';

const PROJECT = { id: 'p', name: 'api', identifier: 'api', cwd: '/code/api' };

function setUp(groupsFile: object = { version: 1, groups: [{ id: 'g', name: 'Backend', projects: [PROJECT] }] }) {
  const temp = tempDir();
  const db = openHubDatabase(join(temp.path, 'sessions.db'));
  const log = createLogger({ name: 'test', file: join(temp.path, 'log') });
  const bus = new HubBus(log);
  const clock = new ManualClock();
  const file = join(temp.path, 'groups.json');
  writeFileSync(file, JSON.stringify(groupsFile));
  const groups = openGroups({ file, bus, clock, log, problems: new Problems(bus, clock) });
  const settings = new SettingsStore({ db, bus, log });
  const take = (text: unknown) =>
    importSettings(settings, groups, typeof text === 'string' ? text : JSON.stringify(text));
  const end = () => {
    groups[Symbol.dispose]();
    db.close();
    temp[Symbol.dispose]();
  };
  return { db, file, groups, settings, take, [Symbol.dispose]: end };
}
const fileOf = (settings: object, more: object = {}) => ({ kind: 'agor settings', version: 1, settings, ...more });

test('an export has what the person set, no defaults, and names the secrets that it leaves out', () => {
  using at = setUp();
  at.settings.set('theme', 'latte');
  const agents = { mine: { command: 'x', env: { MY_TOKEN: 'abc' } } };
  at.settings.set('providers.claude', { env: { ANTHROPIC_API_KEY: 'sk-ant-1', LEVEL: 'a' } });
  at.settings.set('providers.acp', { config: { agents } });
  const { file, leftOut } = exportSettings(at.settings, null);
  expect(Object.keys(file.settings).sort()).toEqual(['providers.acp', 'providers.claude', 'theme']);
  expect(leftOut.sort()).toEqual([
    'providers.acp.config.agents.mine.env.MY_TOKEN',
    'providers.claude.env.ANTHROPIC_API_KEY',
    'providers.claude.env.LEVEL',
  ]);
  expect(JSON.stringify(file)).not.toMatch(/sk-ant|abc/);
  expect(file.groups).toBeUndefined();
});

test('what was exported is imported elsewhere, and importing it again changes nothing', () => {
  using here = setUp();
  using there = setUp({ version: 1, groups: [] });
  here.settings.set('ui_font_size', 16);
  const { file } = exportSettings(here.settings, here.groups);
  expect(there.take(file).changes.map(({ place }) => place)).toEqual(['ui_font_size', 'group Backend']);
  expect(there.settings.value('ui_font_size')).toBe(16);
  expect(there.groups.current.groups[0]?.projects[0]?.name).toBe('api');
  expect(there.take(file)).toEqual({ changes: [], missing: [] });
});

test('an import takes no key away that is here, and shows none', () => {
  using at = setUp();
  at.settings.set('providers.claude', { env: { ANTHROPIC_API_KEY: 'sk-ant-1' } });
  const { file } = exportSettings(at.settings, null);
  const text = JSON.stringify({ ...file, settings: { 'providers.claude': { defaultModel: 'opus', env: {} } } });
  expect(JSON.stringify(previewImport(at.settings, at.groups, text))).not.toContain('sk-ant');
  at.take(text);
  expect(at.settings.get('providers.claude')).toMatchObject({
    defaultModel: 'opus',
    env: { ANTHROPIC_API_KEY: 'sk-ant-1' },
  });
});

test('an import says which values it has not got and are to be entered, and takes none away', () => {
  using here = setUp();
  using there = setUp();
  const env = { ANTHROPIC_API_KEY: 'sk-ant-1', LEVEL: 'debug', TOKEN: 'secret://token' };
  here.settings.set('providers.claude', { env });
  here.groups.change((file) => {
    const groups = structuredClone(file.groups);
    const [project] = groups[0]?.projects ?? [];
    if (project) project.providers = { claude: { env: { LEVEL: 'trace' } } };
    return { file: { ...file, groups }, result: undefined };
  });
  const { file } = exportSettings(here.settings, here.groups);
  expect(file.settings['providers.claude']).toMatchObject({ env: { TOKEN: 'secret://token' } });
  there.settings.set('providers.claude', { env: { LEVEL: 'info' } });
  const { missing } = previewImport(there.settings, there.groups, JSON.stringify(file));
  expect(missing.sort()).toEqual([
    'groups.groups.0.projects.0.providers.claude.env.LEVEL',
    'providers.claude.env.ANTHROPIC_API_KEY',
  ]);
  there.take(file);
  expect(there.settings.get('providers.claude')).toMatchObject({ env: { LEVEL: 'info', TOKEN: 'secret://token' } });
  expect(here.take(file)).toEqual({ changes: [], missing: [] });
});

test('a bad file changes nothing and is told of with the place', () => {
  using at = setUp();
  const before = readFileSync(at.file, 'utf8');
  const cases: [unknown, RegExp][] = [
    ['{\n "kind": }', /no JSON: line 2, column/],
    [{ theme: 'latte' }, /kind: this is no file of settings/],
    [fileOf({}, { version: 2 }), /version: this file is of another version/],
    [fileOf({ theme: 'latte', ui_font_size: 99 }), /at settings.ui_font_size: ui_font_size does not take 99/],
    [fileOf({ them: 1 }), /at settings.them: there is no setting/],
    [fileOf({ theme: 'latte' }, { groups: { version: 1, groups: [{ id: 'n', name: '' }] } }), /groups.groups.0.name/],
    [
      fileOf({ theme: 'latte' }, { groups: { version: 1, groups: [{ id: 'n', name: 'N', projects: [PROJECT] }] } }),
      /"p" \(api\) is used twice/,
    ],
  ];
  for (const [file, why] of cases) expect(() => at.take(file)).toThrow(why);
  expect(at.settings.value('theme')).toBe('mocha');
  expect(readFileSync(at.file, 'utf8')).toBe(before);
});

test('groups of the file take the place of those with their id; the others stay, and nothing is accepted by a file', () => {
  const mine = { id: 'mine', name: 'Mine', projects: [] };
  using at = setUp({ version: 1, groups: [{ id: 'g', name: 'Backend', projects: [PROJECT] }, mine] });
  const changed = { ...PROJECT, stallThresholdMin: 5, acceptedRepoSettings: 'a hash' };
  const file = fileOf({}, { groups: { version: 1, groups: [{ id: 'g', name: 'Backend', projects: [changed] }] } });
  const changes = [{ place: 'group Backend: api: stallThresholdMin', before: null, after: '5' }];
  expect(at.take(file)).toEqual({ changes, missing: [] });
  expect(at.groups.current.groups.map(({ name }) => name)).toEqual(['Backend', 'Mine']);
  expect(at.groups.current.groups[0]?.projects[0]?.acceptedRepoSettings).toBeUndefined();
});

test('when groups.json can not be written no setting is changed either', () => {
  using at = setUp();
  const fails = {
    current: at.groups.current,
    refresh: () => {},
    change: () => {
      throw new Error('no space');
    },
  };
  const file = fileOf({ theme: 'latte' }, { groups: { version: 1, groups: [{ id: 'n', name: 'New' }] } });
  expect(() => importSettings(at.settings, fails as never, JSON.stringify(file))).toThrow('no space');
  expect(at.settings.value('theme')).toBe('mocha');
  expect(at.db.raw.query('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 0 });
});

test('a setting that is reset has its default again, and no row', () => {
  using at = setUp();
  at.settings.set('theme', 'latte');
  at.settings.reset('theme');
  expect(at.settings.value('theme')).toBe('mocha');
  expect(at.settings.chosen()).toEqual({});
  expect(() => at.settings.reset('them')).toThrow(/Did you mean theme/);
});
