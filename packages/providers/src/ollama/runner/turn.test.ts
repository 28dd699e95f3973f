import { afterAll, expect, test } from 'bun:test';
import { PromptId } from '@agor/protocol';
import { tempDir } from '@agor/runtime/testing';
import { type ChatMessage, ServerFailure } from '../server/index.ts';
import { Interrupted } from './interrupted.ts';
import { called, ScriptedServer, said, testSession } from './testing.ts';
import { Turn } from './turn.ts';

const folder = tempDir();
afterAll(() => folder[Symbol.dispose]());
const textsOf = (messages: readonly ChatMessage[]) =>
  messages.map((each) => ('text' in each ? each.text : each.output));

test('a window that fills in the middle of a turn is summarised, and the turn goes on with the request word for word', async () => {
  const server = new ScriptedServer(
    [
      called('Bash', { command: 'seq 1 2000' }),
      (request) => {
        expect(request.tools).toEqual([]);
        expect(textsOf(request.messages).join()).toContain('count for me');
        return said('Counted to 2000.');
      },
      (request) => {
        expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user']);
        expect(textsOf(request.messages)[1]).toContain('Counted to 2000.');
        expect(textsOf(request.messages)[1]).toContain('count for me');
        return said('Done.');
      },
    ],
    { contextWindow: 3_000 },
  );
  const { ctx, prompt } = await testSession(server, folder.path);
  await prompt('count for me');
  expect(server.requests).toHaveLength(3);
  expect(ctx.of('compaction')).toMatchObject([{ trigger: 'auto', summary: expect.stringContaining('count for me') }]);
  expect(ctx.of('text').map(({ text }) => text)).toEqual(['Done.']);
});

test('a model that goes in a circle is told so and then stopped', async () => {
  const server = new ScriptedServer([called('Bash', { command: 'echo again' })]);
  const { ctx, prompt } = await testSession(server, folder.path);
  const failure = await prompt('go').catch((error: Error) => error);
  expect(String(failure)).toContain('very same call 8 times');
  expect(ctx.of('toolResult').some(({ output }) => String(output).includes('Do something else'))).toBe(true);
});

test('the number of model calls for one prompt has a limit', async () => {
  let n = 0;
  const server = new ScriptedServer([() => called('Bash', { command: `echo ${n++}` })]);
  const { prompt } = await testSession(server, folder.path, { maxTurns: 3 });
  const failure = await prompt('go').catch((error: Error) => error);
  expect(String(failure)).toContain('limit of 3 model calls');
});

test('what a server refuses is left out, said once, and not tried again', async () => {
  const server = new ScriptedServer(
    [
      new ServerFailure('x does not support tools', 'noTools', 400),
      new ServerFailure('x does not support thinking', 'noThinking', 400),
      said('Only words.'),
    ],
    { tools: null, thinking: 'switch' },
  );
  const { ctx, session, prompt } = await testSession(server, folder.path, { controls: { thinking: 'on' } });
  await prompt('hello');
  expect(server.requests.map(({ tools, think }) => [tools.length > 0, think])).toEqual([
    [true, true],
    [false, true],
    [false, undefined],
  ]);
  expect(ctx.of('status').map(({ subtype }) => subtype)).toEqual(['noTools', 'noThinking']);
  expect(session.model.controls()).toEqual([]);
});

test('a server that finds the prompt too long is given a summary instead', async () => {
  const server = new ScriptedServer(
    [
      said('First.'),
      new ServerFailure('exceeds the context size', 'overflow', 400),
      said('We said first.'),
      said('Second.'),
    ],
    { contextWindow: null },
  );
  const { ctx, prompt } = await testSession(server, folder.path);
  await prompt('one');
  await prompt('two');
  expect(ctx.of('compaction')).toHaveLength(1);
  expect(ctx.of('text').map(({ text }) => text)).toEqual(['First.', 'Second.']);
});

test('a busy server is tried again after longer and longer waits, then the turn fails', async () => {
  const server = new ScriptedServer([new ServerFailure('busy', 'other', 503)]);
  const { ctx, clock, prompt } = await testSession(server, folder.path);
  ctx.onRetry = () => queueMicrotask(() => void clock.advanceAsync(60_000));
  const failure = await prompt('hello').catch((error: Error) => error);
  expect(String(failure)).toContain('busy');
  expect(ctx.retries).toMatchObject([{ delayMs: 1_000 }, { delayMs: 2_000 }, { delayMs: 4_000 }]);
  expect(clock.pending).toBe(0);
});

test('an interrupt while it waits for the next try ends the turn', async () => {
  const server = new ScriptedServer([new ServerFailure('busy', 'other', 503)]);
  const { ctx, session, prompt } = await testSession(server, folder.path);
  const turn = new Turn(session, PromptId.parse('p1'));
  ctx.onRetry = () => turn.interrupt();
  const failure = await prompt('hello', turn).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Interrupted);
});

test('after an interrupt each call has a result, also those that were not made', async () => {
  const server = new ScriptedServer([
    [
      { type: 'call', name: 'Bash', input: { command: 'sleep 300' } },
      { type: 'call', name: 'Bash', input: { command: 'echo never' } },
      { type: 'end', reason: 'stop' },
    ],
  ]);
  const { ctx, session, prompt } = await testSession(server, folder.path);
  const turn = new Turn(session, PromptId.parse('p1'));
  const running = prompt('go', turn);
  while (ctx.of('toolCall').length < 2) await new Promise((resolve) => setImmediate(resolve));
  turn.interrupt();
  expect(await running.catch((error: unknown) => error)).toBeInstanceOf(Interrupted);
  expect(ctx.of('toolResult').map(({ interrupted }) => interrupted)).toEqual([true, true]);
  expect(session.conversation.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool']);
});

test('an answer that is cut for lack of room is gone on with after a summary, one that is cut otherwise is said to be', async () => {
  const full = new ScriptedServer(
    [
      said('One.'),
      said('It begins', { reason: 'length', inputTokens: 7_000, outputTokens: 900 }),
      said('A summary.'),
      said('The rest.'),
    ],
    { contextWindow: 8_000 },
  );
  const one = await testSession(full, folder.path);
  await one.prompt('one');
  await one.prompt(`two ${'and more '.repeat(1_000)}`);
  expect(one.ctx.of('compaction')).toHaveLength(1);
  expect(one.ctx.of('text').map(({ text }) => text)).toEqual(['One.', 'It begins', 'The rest.']);

  const { ctx, prompt } = await testSession(new ScriptedServer([said('Cut', { reason: 'length' })]), folder.path);
  await prompt('hello');
  expect(ctx.of('status')).toMatchObject([{ subtype: 'length' }]);
});

test('wrong arguments, unknown tools and names in other letters reach the model as words, not as an end', async () => {
  const server = new ScriptedServer([
    called('no_such_tool', { x: 1 }),
    called('Read', 'not an object'),
    called('read', { path: 'nothing.txt' }),
    called('Bash', {}),
    said('I give up.'),
  ]);
  const { ctx, prompt } = await testSession(server, folder.path);
  await prompt('go');
  const outputs = ctx.of('toolResult').map(({ output }) => String(output));
  expect(outputs[0]).toContain('There is no tool no_such_tool. Your tools: Read,');
  expect(outputs[1]).toContain('arguments of Read are wrong');
  expect(outputs[2]).toBe('There is no file nothing.txt.');
  expect(outputs[3]).toContain('command');
  expect(ctx.of('text').at(-1)).toMatchObject({ text: 'I give up.' });
});

test('what a model thought goes back to it while it works, and not in the next turn', async () => {
  const server = new ScriptedServer([
    [{ type: 'thinking', text: 'I must look.' }, ...called('Bash', { command: 'echo hi' })],
    said('Looked.'),
    said('Again.'),
  ]);
  const { prompt } = await testSession(server, folder.path);
  await prompt('look');
  await prompt('again');
  expect(JSON.stringify(server.requests[1]?.messages)).toContain('I must look.');
  expect(JSON.stringify(server.requests[2]?.messages)).not.toContain('I must look.');
});
