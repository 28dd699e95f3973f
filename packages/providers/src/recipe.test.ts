import { afterAll, beforeAll, expect, test } from 'bun:test';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type AgentMessage, PromptId, RunOptions, SessionId } from '@agor/protocol';
import type * as Providers from './index.ts';
import { adapterConforms } from './testing/adapter-conformance.ts';
import { ChildRunner } from './testing/child-runner.ts';

const REPOSITORY = resolve(import.meta.dir, '..', '..', '..');
const RECIPE = join(REPOSITORY, 'docs', 'providers', 'README.md');
const MAX_LINES = 120;
/** The compiler reads the whole package. */
const TYPES_LIMIT_MS = 60_000;

/** The files of the recipe: every code block whose first line names one. */
function recipeFiles(): { path: string; text: string }[] {
  const blocks = readFileSync(RECIPE, 'utf8').matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g);
  return [...blocks].map(([, path = '', text = '']) => ({ path, text }));
}

/** A copy of the package's sources with the recipe's files and their line in the registry. */
const copy = mkdtempSync(join(tmpdir(), 'agor-recipe-test-'));
const src = join(copy, 'packages', 'providers', 'src');
cpSync(import.meta.dir, src, {
  recursive: true,
  filter: (path) => !/\/(fixtures|golden)$|\.test\.ts$/.test(path),
});
symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
for (const { path, text } of recipeFiles()) {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}
const registry = join(src, 'registry.ts');
const withToy = readFileSync(registry, 'utf8').replace(
  /^(export const providers: readonly ProviderDefinition\[\] = \[)/m,
  "import { toy } from './toy/provider.ts';\n$1toy, ",
);
writeFileSync(registry, withToy);
const { adapterFor, choosableProviders, findProvider } = (await import(join(src, 'index.ts'))) as typeof Providers;

const SESSION = SessionId.parse('session-1');
const options = RunOptions.parse({ cwd: copy });
let runner: ChildRunner;
beforeAll(() => {
  runner = new ChildRunner([process.execPath, join(src, 'toy', 'main.ts')]);
});
afterAll(async () => {
  runner.endStdin();
  expect(await runner.exited).toBe(0);
  rmSync(copy, { recursive: true, force: true });
});

const prompt = (promptId: string, text: string) =>
  runner.send({ type: 'query', sessionId: SESSION, promptId: PromptId.parse(promptId), prompt: text, options });

function transcript(): AgentMessage[] {
  const adapter = adapterFor('toy');
  let memory = adapter.initial();
  return runner.ofType('agent_event').flatMap(({ event }) => {
    const adapted = adapter.adapt(event, memory, 0);
    memory = adapted.memory;
    return adapted.messages;
  });
}

const texts = () => transcript().map((message) => (message.type === 'text' ? message.content.text : message.type));

test('the recipe shows a whole provider in few lines', () => {
  const files = recipeFiles();
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual(['provider.ts', 'adapter.ts', 'main.ts']);
  const lines = files.reduce((sum, { text }) => sum + text.trimEnd().split('\n').length, 0);
  expect(lines).toBeLessThanOrEqual(MAX_LINES);
});

test(
  'its code passes the type check that ours passes',
  () => {
    const config = { extends: join(REPOSITORY, 'tsconfig.base.json'), include: ['packages/providers/src/toy'] };
    writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
    const tsc = Bun.spawnSync([join(REPOSITORY, 'node_modules', '.bin', 'tsc'), '--noEmit', '-p', copy]);
    const complaints = tsc.stdout.toString().split('\n');
    expect(complaints.filter((line) => line.includes('/toy/'))).toEqual([]);
    expect(tsc.exitCode).not.toBeNull();
  },
  TYPES_LIMIT_MS,
);

test('a provider that was added by the recipe can be chosen', () => {
  expect(choosableProviders({}).map(({ id }) => String(id))).toContain('toy');
  expect(findProvider('toy')?.label).toBe('Toy');
});

test('it asks, streams, answers, and its transcript says what was said', async () => {
  prompt('p1', 'hello there');
  const { ask } = await runner.untilType('ask');
  expect(ask).toMatchObject({ kind: 'permission', title: 'Shout hello there' });
  runner.send({ type: 'answer', sessionId: SESSION, askId: ask.id, answer: { kind: 'permission', decision: 'allow' } });
  expect(await runner.untilType('turn_ended')).toMatchObject({ outcome: 'done' });
  expect(texts()).toEqual(['HELLO THERE!']);
  expect(runner.ofType('agent_delta').map(({ text }) => text)).toEqual(['HELLO ', 'THERE!']);
});

test('an interrupt ends its turn, and the next prompt is answered', async () => {
  prompt('p2', 'wait');
  await runner.untilType('ask', 1);
  runner.send({ type: 'interrupt', sessionId: SESSION });
  expect(await runner.untilType('turn_ended', 1)).toMatchObject({ outcome: 'interrupted' });
  prompt('p3', 'no');
  const { ask } = await runner.untilType('ask', 2);
  runner.send({ type: 'answer', sessionId: SESSION, askId: ask.id, answer: { kind: 'permission', decision: 'deny' } });
  expect(await runner.untilType('turn_ended', 2)).toMatchObject({ outcome: 'done' });
  expect(texts()).toEqual(['HELLO THERE!', 'I stay quiet.']);
});

adapterConforms('the recipe', {
  adapter: adapterFor('toy'),
  captures: [{ name: 'two events', events: ['one', 'two'].map((text, n) => ({ type: 'said', id: `id-${n}`, text })) }],
  silent: () => false,
  wanted: (event) => [`text ${(event as { text: string }).text}`],
});
