import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { truncateSync, writeFileSync } from 'node:fs';
import { GroupId, MAX_INDEXED_CHARS, ProjectId, PromptId, ProviderId, SessionId } from '@agor/protocol';
import { programCommand } from '@agor/runtime';
import fc from 'fast-check';
import { Newest } from './candidates.ts';
import { TAG_MARK } from './docs.ts';
import { IndexFile } from './index-file.ts';
import { SearchWorld } from './testing.ts';

setDefaultTimeout(60_000); // for a loaded computer

let world: SearchWorld;
beforeEach(() => {
  world = new SearchWorld();
});
afterEach(() => world[Symbol.dispose]());

test('what was said, asked, called and printed is found at its place in the log, with the words marked', async () => {
  world.session('s1');
  world.says('s1', 'nothing of interest', 'The Überfluss of parsers is a problem.');
  world.log('s1', world.output('error: the parser gave up'));
  await world.indexed();
  expect(world.found('parser')).toEqual([
    's1#3: error: the [parser] gave up',
    's1#2: The Überfluss of [parsers] is a problem.',
  ]);
  expect(world.found('uberfluss')).toEqual(['s1#2: The [Überfluss] of parsers is a problem.']);
  expect(world.find('parser').hits[0]).toMatchObject({
    kind: 'tool',
    role: 'tool',
    sessionTitle: 'About s1',
    provider: 'claude',
    projectId: 'mira',
  });
  expect(world.find('interest').total).toBe(1);
});

test('the best comes first: where the word stands often in a short text; of equals the newer', async () => {
  world.session('s1');
  const filler = 'and so it went on with many other things that were to be done on that day '.repeat(4);
  world.says('s1', `${filler} cache`, 'cache, cache and cache', 'a cache here', 'a cache here', filler);
  await world.indexed();
  expect(world.find('cache').hits.map((hit) => 'seq' in hit && hit.seq)).toEqual([2, 4, 3, 1]);
});

test('every word must be there, phrases stand together, and only the last word may be unfinished', async () => {
  world.session('s1');
  world.says('s1', 'red apples fall', 'apples are red', 'a redder apple');
  await world.indexed();
  const places = (text: string) =>
    world
      .found(text)
      .map((found) => found.split(':')[0])
      .sort();
  expect(places('red apples')).toEqual(['s1#1', 's1#2']);
  expect(places('apples red')).toEqual(['s1#1', 's1#2', 's1#3'].slice(0, 2));
  expect(places('"red apples"')).toEqual(['s1#1']);
  expect(places('appl')).toEqual(['s1#1', 's1#2', 's1#3']);
  expect(places('appl ')).toEqual([]);
  expect(places('red-apples')).toEqual(['s1#1']);
});

test('one letter after other words asks for nothing yet; where a word may be one character it does', async () => {
  world.session('s1');
  world.says('s1', 'red apples fall', 'red wine', '红 茶 red', '红 酒 red');
  await world.indexed();
  expect(world.find('red').total).toBe(4);
  expect(world.find('red a').total).toBe(4);
  expect(world.find('red ap').total).toBe(1);
  expect(world.find('red a ').total).toBe(0);
  expect(world.find('"red a"').total).toBe(0);
  expect(world.find('red 茶').total).toBe(1);
  expect(world.find('a').total).toBe(1);
});

test('what decides the order of several words is the rarer one; a phrase is found where it stands', async () => {
  world.session('s1');
  const rest = Array.from({ length: 700 }, (_, i) => `the parser of part ${i} and its the the many many usual words`);
  world.says('s1', ...rest, 'the cache the the the the the the', 'the cache, a cache', 'one cache of the many others');
  await world.indexed();
  const order = world.find('the cache ').hits.map((hit) => 'seq' in hit && hit.seq);
  expect(order).toHaveLength(3);
  expect(order[0]).toBe(702);
  expect(world.find('"the cache"').hits.map((hit) => 'seq' in hit && hit.seq)).toEqual([702, 701]);
});

test('no text reaches what filters are made of', async () => {
  world.session('s1');
  world.session('s2');
  world.says('s1', `${TAG_MARK}kmessage ${TAG_MARK}s2 kmessage s2 rocket`);
  world.says('s2', 'rocket');
  await world.indexed();
  expect(world.find('rocket', { sessionIds: [SessionId.parse('s2')] }).total).toBe(1);
  expect(world.find('kmessage ').total).toBe(1);
  expect(world.find(`${TAG_MARK}kmessage `).total).toBe(1);
  expect(world.find(`"${TAG_MARK}kmessage"`, {}, { expression: true }).total).toBe(0);
});

test('accents in the text are marked where they stand, written in one character or two', async () => {
  world.session('s1');
  world.says('s1', 'before: cafe\u0301s and cafés, İstanbul', 'of cafe9, ΚΑΦΕΣ and CAFÉS');
  await world.indexed();
  expect(world.found('cafes').sort()).toEqual([
    's1#1: before: [cafe\u0301s] and [cafés], İstanbul',
    's1#2: of cafe9, ΚΑΦΕΣ and [CAFÉS]',
  ]);
});

test('of a word that stands everywhere the newest are ranked, and older ones are found by looking further back', async () => {
  world.session('s1');
  const said = 17_000;
  world.says('s1', ...Array.from({ length: said }, (_, i) => `tick tock ${i}`));
  await world.indexed();
  const seen = new Set<string>();
  let looks = 0;
  for (let before: string | undefined; ; looks++) {
    const answer = world.find('tick ', {}, { limit: 100, before });
    expect(answer.total === null).toBe(answer.older !== undefined);
    for (const hit of answer.hits) expect(seen.has(hit.id)).toBe(false);
    for (const hit of answer.hits) seen.add(hit.id);
    if (answer.older === undefined) break;
    expect(Number(answer.older)).toBeLessThan(Number(before ?? said + 1));
    before = answer.older;
  }
  expect(looks).toBe(4);
  expect(world.find('tick 3 ').total).toBe(1);
  // A phrase of usual words: looked for until there are some hundred, then only on demand.
  using file = new IndexFile(world.paths.searchDb);
  const newest = new Newest(file);
  const all = { walked: 0, before: Number.MAX_SAFE_INTEGER };
  expect(newest.find('"tick tock"', {}, { ...all, walked: 1e9 })).toMatchObject({ count: 616, before: 16_385 });
  expect(newest.find('"tock 16900"', {}, { ...all, walked: 1e9 })).toMatchObject({ count: 1, before: null });
});

test('filters say whose, where, what and when, and together', async () => {
  world.session('s1', 'mira', 'claude');
  world.session('s2', 'tom', 'codex');
  world.session('s3', null, 'claude');
  for (const id of ['s1', 's2', 's3']) {
    world.log(id, {
      kind: 'promptQueued',
      prompt: { id: PromptId.parse(`p-${id}`), text: 'rocket', images: [], source: 'web' },
    });
    world.log(id, world.output('rocket'), world.text('rocket'));
  }
  world.task('t1', 'rocket');
  world.letter('mira', 'tom', 'rocket');
  await world.indexed();
  const count = (filters: Parameters<SearchWorld['find']>[1]) => world.find('rocket', filters).total;
  expect(count({})).toBe(11);
  expect(count({ kinds: ['tool'] })).toBe(3);
  expect(count({ kinds: ['task', 'btmsg'] })).toBe(2);
  expect(count({ roles: ['user'], kinds: ['message'] })).toBe(3);
  expect(count({ projectIds: [ProjectId.parse('tom')] })).toBe(4);
  expect(count({ providers: [ProviderId.parse('claude')] })).toBe(6);
  expect(count({ sessionIds: [SessionId.parse('s3')] })).toBe(3);
  expect(count({ sessionIds: [SessionId.parse('none')] })).toBe(0);
  expect(count({ groupIds: [GroupId.parse('group-1')] })).toBe(2);
  const [newest] = world.find('rocket', { sessionIds: [SessionId.parse('s2')], roles: ['agent'] }).hits;
  expect(count({ since: newest?.at, kinds: ['message', 'tool'] })).toBe(4);
  expect(count({ until: newest?.at, kinds: ['message', 'tool'] })).toBe(5);
});

test('tasks with their comments and messages of the team are found as they are now, and leave when they are deleted', async () => {
  world.task('t1', 'Mend the turbine', 'It squeaks');
  world.task('t2', 'Other group', 'turbine', 'gone-group');
  world.comment('t1', 'The turbine needs oil');
  const letter = world.letter('mira', 'tom', 'About that turbine');
  await world.indexed();
  expect(world.found('turbine').sort()).toEqual(
    [`t1: Mend the [turbine] It squeaks`, 't1: The [turbine] needs oil', `${letter}: About that [turbine]`].sort(),
  );
  world.team.raw.run("UPDATE tasks SET title = 'Mend the engine', version = version + 1 WHERE id = 't1'");
  world.team.raw.run('DELETE FROM messages');
  await world.indexed();
  expect(world.found('turbine')).toEqual(['t1: The [turbine] needs oil']);
  const again = world.letter('tom', 'mira', 'turbine again');
  await world.indexed();
  expect(world.found('turbine again')).toEqual([`${again}: [turbine] [again]`]);
  world.team.raw.run("DELETE FROM task_comments; DELETE FROM tasks WHERE id = 't1'");
  await world.indexed();
  expect(world.found('engine')).toEqual([]);
});

test('a prompt that was edited is found by its new words, one that was cancelled not at all, a deleted session neither', async () => {
  world.session('s1');
  const queued = (id: string, text: string) => ({
    kind: 'promptQueued' as const,
    prompt: { id: PromptId.parse(id), text, images: [], source: 'web' as const },
  });
  world.log('s1', queued('p1', 'first wording'), queued('p2', 'never mind wording'));
  await world.indexed();
  world.log('s1', { kind: 'promptEdited', promptId: PromptId.parse('p1'), text: 'second wording' });
  world.log('s1', { kind: 'promptCancelled', promptId: PromptId.parse('p2') });
  await world.indexed();
  expect(world.found('wording')).toEqual(['s1#3: second [wording]']);
  world.db.raw.run('DELETE FROM session_events; DELETE FROM sessions');
  await world.indexed();
  expect(world.find('wording').total).toBe(0);
});

test('a long output is searched up to a bound, and says so', async () => {
  world.session('s1');
  const long = `begin ${'x'.repeat(MAX_INDEXED_CHARS)} finish`;
  world.log('s1', world.output(long));
  await world.indexed();
  expect(world.find('begin').hits[0]?.cut).toBe(true);
  expect(world.find('finish').total).toBe(0);
});

test('no text that a person can type is an error', async () => {
  world.session('s1');
  world.says('s1', 'NEAR AND OR NOT "quoted" text:colon a* b^ (c) {d} é');
  await world.indexed();
  const syntax = fc.constantFrom(
    '"',
    '*',
    '(',
    ')',
    ':',
    '^',
    '-',
    '+',
    'NEAR(',
    ' AND ',
    ' OR ',
    ' NOT ',
    ',',
    "'",
    '\0',
    'text',
    '\ud800',
  );
  const text = fc
    .array(fc.oneof(syntax, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 20 })
    .map((parts) => parts.join('').slice(0, 500));
  fc.assert(
    fc.property(text, (typed) => {
      expect(world.find(typed).problem).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('an expression is read as FTS5 reads it, and what is wrong with it is told', async () => {
  world.session('s1');
  world.says('s1', 'one two three', 'one four', 'five');
  await world.indexed();
  const places = (text: string) =>
    world
      .find(text, {}, { expression: true })
      .hits.map((hit) => 'seq' in hit && hit.seq)
      .sort();
  expect(places('one NOT four')).toEqual([1]);
  expect(places('two OR five')).toEqual([1, 3]);
  expect(places('NEAR(one three, 2)')).toEqual([1]);
  const problem = (text: string) => world.find(text, {}, { expression: true }).problem;
  expect(problem('one AND')).toContain('not complete');
  expect(problem('(one')).toContain('not complete');
  expect(problem('one) OR (two')).toContain('cannot be read');
  expect(problem('field:one')).toContain('no field "field"');
  expect(problem('"one')).toContain('quotation mark');
});

test('killed at any moment, the index goes on where it was: nothing is missing and nothing twice', async () => {
  for (const id of ['a', 'b', 'c']) {
    world.session(id);
    world.says(id, ...Array.from({ length: 700 }, (_, i) => `entry number${i} of everything`));
  }
  for (let i = 0; i < 300; i++) world.letter('mira', 'tom', `letter${i} of everything`);
  world.db.raw.run('PRAGMA wal_checkpoint');
  for (let kills = 0; kills < 8; kills++) {
    const child = Bun.spawn(programCommand('search', import.meta), {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    child.stdin.write(`${JSON.stringify({ do: 'open', ...world.paths })}\n`);
    void child.stdin.flush();
    // A different moment each time: after so many looks at what it has written.
    const until = (kills + 1) * 250;
    while (child.exitCode === null && written(world) < until) await Bun.sleep(1);
    child.kill('SIGKILL');
    await child.exited;
  }
  await world.indexed();
  expect(world.find('everything').total).toBe(2_400);
  for (const i of [0, 99, 100, 350, 699]) expect(world.find(`number${i} `).total).toBe(3);
  expect(world.find('letter299').total).toBe(1);
});

function written({ paths }: SearchWorld): number {
  try {
    const { Database } = require('bun:sqlite') as typeof import('bun:sqlite');
    using db = new Database(paths.searchDb, { readonly: true });
    return db.query<{ n: number }, []>('SELECT count(*) AS n FROM docs').get()?.n ?? 0;
  } catch {
    // Not made yet, or locked just now.
    return 0;
  }
}

test('a damaged index, one of another version and one that is no database are made anew by themselves', async () => {
  world.session('s1');
  world.says('s1', ...Array.from({ length: 500 }, (_, i) => `phoenix ${i}`));
  const spoil: ((path: string) => void)[] = [
    (path) => writeFileSync(path, 'this was never a database '.repeat(1_000)),
    (path) => truncateSync(path, 10_000),
    (path) => {
      const { Database } = require('bun:sqlite') as typeof import('bun:sqlite');
      using db = new Database(path);
      db.run('PRAGMA user_version = 99');
    },
  ];
  for (const spoilIt of spoil) {
    await world.indexed();
    world.close();
    spoilIt(world.paths.searchDb);
    await world.indexed();
    expect(world.find('phoenix').total).toBe(500);
  }
});

test('while it is made anew the index answers and takes what comes, and a rebuild that was cut off goes on', async () => {
  world.session('s1');
  world.says('s1', ...Array.from({ length: 1_000 }, (_, i) => `constant ${i}`));
  await world.indexed();
  world.indexing.rebuild();
  expect(world.find('constant').total).toBe(1_000);
  expect(world.find('constant').index).toBe('rebuilding');
  world.says('s1', 'constant news');
  world.indexing.changed({ sessions: ['s1'], team: false, removed: false, busy: false });
  world.close();
  await world.indexed();
  expect(world.find('constant').total).toBe(1_001);
  expect(world.indexing.status()).toMatchObject({ index: 'current', documents: 1_001, sessions: 1, sessionsDone: 1 });
});

test('what changes during the rest after the last slice is indexed, too', async () => {
  world.session('s1');
  world.says('s1', 'early words');
  world.indexing.changed({ sessions: ['s1'], team: false, removed: false, busy: false });
  // The first slice is done: now it rests.
  const working = world.indexing.work();
  world.says('s1', 'late words');
  world.indexing.changed({ sessions: ['s1'], team: false, removed: false, busy: false });
  await working;
  expect(world.find('words').total).toBe(2);
  expect(world.indexing.status()).toMatchObject({ index: 'current' });
});
