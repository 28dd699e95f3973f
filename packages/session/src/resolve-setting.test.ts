import { expect, test } from 'bun:test';
import {
  GroupAgentConfig,
  GroupsFile,
  type LevelledSetting,
  overrideFields,
  settingMeta,
  settingsSchemas,
} from '@agor/protocol';
import fc from 'fast-check';
import { resolveSetting, settingPlace } from './resolve-setting.ts';

const names = Object.keys(overrideFields) as LevelledSetting[];
const seed = Number(process.env.AGOR_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Values that a setting takes, its default among them. */
function valuesOf(name: LevelledSetting): fc.Arbitrary<unknown> {
  const inner: {
    readonly type: string;
    readonly options?: readonly string[];
    safeParse(value: unknown): { success: boolean };
  } = settingsSchemas[name].unwrap();
  if (inner.options) return fc.constantFrom(...inner.options);
  if (inner.type === 'boolean') return fc.boolean();
  if (inner.type === 'number') return fc.constantFrom(0, 0.25, 1, 2, 5, 30).filter((n) => inner.safeParse(n).success);
  return fc.constantFrom('claude', 'codex', 'demo');
}

test(`what a project or role agent says goes over its group, that over the settings, those over the default (AGOR_SEED=${seed})`, () => {
  for (const name of names) {
    const field = overrideFields[name];
    const levels = settingMeta(name).levels ?? [];
    const maybe = fc.option(valuesOf(name), { nil: undefined });
    const fallback: unknown = settingsSchemas[name].parse(undefined);
    const check = fc.property(maybe, maybe, maybe, fc.constantFrom('project', 'agent'), (own, grouped, set, level) => {
      const member = { id: 'm', name: 'm', role: 'manager', identifier: 'm', cwd: '/m', [field]: own };
      const group = { id: 'g', name: 'g', projects: [], [field]: grouped };
      const file = GroupsFile.parse({
        version: 1,
        groups: [{ ...group, ...(level === 'project' ? { projects: [member] } : { agents: [member] }) }],
      });
      const global = set ?? fallback;
      const { value, from } = resolveSetting(name, global as never, settingPlace(file, 'm'));
      const mine = levels.includes(level as 'project' | 'agent') ? own : undefined;
      const groups = levels.includes('group') ? grouped : undefined;
      expect(value as unknown).toBe(mine ?? groups ?? set ?? fallback);
      const origin =
        mine !== undefined ? 'own' : groups !== undefined ? 'group' : global === fallback ? 'default' : 'global';
      expect(from).toBe(origin);
    });
    fc.assert(check, { seed, numRuns: 50 });
  }
});

test('an id that is in no group gets what the settings say', () => {
  const file = GroupsFile.parse({ version: 1, groups: [{ id: 'g', name: 'g', provider: 'codex' }] });
  expect(resolveSetting('default_provider', 'demo', settingPlace(file, 'gone'))).toEqual({
    value: 'demo',
    from: 'global',
  });
  expect(resolveSetting('default_provider', 'claude', settingPlace(file, null))).toEqual({
    value: 'claude',
    from: 'default',
  });
});

test('a field of another level in groups.json decides nothing', () => {
  const agent = GroupAgentConfig.parse({ id: 'a', name: 'a', role: 'manager', sandboxNewProjects: false });
  const place = { group: null, member: { level: 'agent', fields: agent } } as const;
  expect(resolveSetting('sandbox_new_projects', true, place).value).toBe(true);
});
