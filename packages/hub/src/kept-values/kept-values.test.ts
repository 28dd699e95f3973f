import { expect, test } from 'bun:test';
import { keptValue } from '@agor/protocol';
import fc from 'fast-check';
import { mask, restore, restoreEdit } from './index.ts';
import { mergeEdits } from './merge-edits.ts';

const NAMES = ['PATH', 'API_KEY', 'a.b', 'ü', '__proto__', 'env', 'constructor'] as const;
const name = fc.constantFrom(...NAMES);
/** No name, field or mark has these letters, so that a value that shows is known from one that is there anyway. */
const value = fc.stringMatching(/^[0-9XYZ#~]{4,40}$/);
const shown = fc.constantFrom('', 'secret://token', 'Bearer secret://token');
const env = fc.dictionary(name, fc.oneof(value, shown));
const server = fc.oneof(
  fc.record({ command: fc.constant('server'), args: fc.constant(['-v']), env }),
  fc.record({ url: fc.constant('https://tools.example'), headers: env }),
);
const settings = fc.record(
  {
    enabled: fc.boolean(),
    env,
    config: fc.record(
      {
        agents: fc.dictionary(fc.constantFrom('mine', 'yours'), fc.record({ command: fc.constant('agent'), env })),
        mcpServers: fc.dictionary(fc.constantFrom('files', 'web'), server),
        list: fc.array(server, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['enabled'] },
);
type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;
type Env = Record<string, string>;

/** What a person does with the variables that are shown: a variable gets a value that is kept, moved or new, or goes. */
const edit = fc.record({
  removed: fc.array(name),
  renamed: fc.array(fc.tuple(name, name)),
  entered: fc.array(fc.tuple(name, fc.oneof(value, shown))),
});
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(of: Env, { removed, renamed, entered }: Edit): Env {
  const next = new Map(Object.entries(of));
  for (const one of removed) next.delete(one);
  for (const [from, to] of renamed) {
    const moved = next.get(from);
    next.delete(from);
    if (moved !== undefined) next.set(to, moved);
  }
  for (const [one, given] of entered) next.set(one, given);
  return Object.fromEntries(next);
}

function valuesOf(of: unknown): string[] {
  if (typeof of === 'string') return [of];
  return typeof of === 'object' && of !== null ? Object.values(of).flatMap(valuesOf) : [];
}
/** Prints the seed when it fails; `AGOR_SEED` repeats it. */
const HOW = { numRuns: 500, ...(process.env.AGOR_SEED ? { seed: Number(process.env.AGOR_SEED) } : {}) };

test('nothing of a value shows: settings that differ in their values only look the same', () => {
  fc.assert(
    fc.property(settings, (stored) => {
      const text = JSON.stringify(mask(stored));
      for (const each of valuesOf(stored)) if (/^[0-9XYZ#~]{4,}$/.test(each)) expect(text).not.toContain(each);
      const other = JSON.parse(JSON.stringify(stored).replace(/[0-9XYZ#~]{4,40}/g, '0000')) as Settings;
      expect(JSON.stringify(mask(other))).toBe(text);
    }),
    HOW,
  );
});

test('what was only looked at comes back as it is kept', () => {
  fc.assert(
    fc.property(settings, (stored) => {
      expect(restore(mask(stored), stored)).toEqual(stored);
    }),
    HOW,
  );
});

test('an edit of what is shown does to the values what it would have done to them in sight', () => {
  fc.assert(
    fc.property(env, edit, (stored, change) => {
      const view = { env: edited(mask({ env: stored }).env, change) };
      expect(restore(view, { env: stored })).toEqual({ env: edited(stored, change) });
    }),
    HOW,
  );
});

test('two who edit different variables at once lose nothing of each other, whoever is first', () => {
  const [mine, yours] = [fc.constantFrom('MINE', 'M2'), fc.constantFrom('YOURS', 'Y2')];
  const editOf = (names: fc.Arbitrary<string>) => fc.dictionary(names, fc.option(value));
  const after = (of: Env, change: Record<string, string | null>): Env =>
    Object.fromEntries(
      Object.entries({ ...of, ...change }).filter((entry): entry is [string, string] => entry[1] !== null),
    );
  const start = fc.dictionary(fc.constantFrom('MINE', 'M2', 'YOURS', 'Y2', 'OURS'), value);
  fc.assert(
    fc.property(start, editOf(mine), editOf(yours), (stored, one, other) => {
      const base = mask({ config: { env: stored } });
      const write = (now: unknown, change: Record<string, string | null>) =>
        restoreEdit({ config: { env: after(base.config.env, change) } }, now, base);
      const both = { config: { env: after(after(stored, one), other) } };
      expect(write(write({ config: { env: stored } }, one), other)).toEqual(both);
      expect(write(write({ config: { env: stored } }, other), one)).toEqual(both);
    }),
    HOW,
  );
});

test('a mark for a name that is not kept is refused in words, and says where', () => {
  const stored = { env: { A: 'one' }, config: { mcpServers: { web: { headers: { Authorization: 'two' } } } } };
  expect(() => restore({ env: { B: keptValue('C') } }, stored)).toThrow(/No value is kept under "C" for env\.B/);
  expect(() => restore({ env: { A: keptValue('toString') } }, stored)).toThrow(/env\.A/);
  const moved = { config: { mcpServers: { other: { headers: { Authorization: keptValue('Authorization') } } } } };
  expect(() => restore(moved, stored)).toThrow(/config\.mcpServers\.other\.headers\.Authorization.*Enter the value/);
  // Removed by another meanwhile: who did not touch it does not bring it back, who renamed it is told.
  const base = mask({ env: { A: 'one', B: 'two' } });
  const now = { env: { B: 'two' } };
  expect<unknown>(restoreEdit({ env: { ...base.env, C: 'new' } }, now, base)).toEqual({ env: { B: 'two', C: 'new' } });
  expect(() => restoreEdit({ env: { D: keptValue('A'), B: keptValue('B') } }, now, base)).toThrow(/"A" for env\.D/);
});

test('an item of a list keeps its values wherever it stands, and loses them when it is edited', () => {
  const stored = [
    { url: 'a', headers: { T: 'one' } },
    { url: 'b', headers: { T: 'two' } },
  ];
  const [first, second] = mask(stored);
  expect(restore([second, first], stored)).toEqual([stored[1], stored[0]]);
  expect(() => restore([{ ...second, url: 'c' }], stored)).toThrow(/No value is kept/);
});

test('text that is no variable or header is never taken for a mark', () => {
  expect(restore({ args: ['kept://A'], path: 'kept://A' }, {})).toEqual({ args: ['kept://A'], path: 'kept://A' });
});

test('two who add the first of something at once both have it', () => {
  expect(mergeEdits({}, { claude: { env: { A: '1' } } }, { claude: { env: { B: '2' } } })).toEqual({
    claude: { env: { A: '1', B: '2' } },
  });
});
