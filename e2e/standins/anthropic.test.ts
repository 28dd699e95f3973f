import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { type AnthropicStandIn, startAnthropic } from './anthropic.ts';
import { type ClaudeHome, type ClaudeSession, makeClaudeHome, startClaude } from './claude-session.ts';

/** The real CLI starts in half a second on two cores; the first read of its 0.4 GB may take many. */
const LIMIT_MS = 60_000;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let standIn: AnthropicStandIn;
let home: ClaudeHome;

beforeAll(() => {
  standIn = startAnthropic();
  home = makeClaudeHome(standIn.url);
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

const outcome = (message: Extract<SDKMessage, { type: 'result' }>) =>
  message.subtype === 'success'
    ? { isError: message.is_error, status: message.api_error_status ?? null, text: message.result }
    : { isError: message.is_error, subtype: message.subtype };

const blocks = (session: ClaudeSession) =>
  session.messages.flatMap((m) => (m.type === 'assistant' && !m.parent_tool_use_id ? m.message.content : []));

const isDelta = (message: SDKMessage) =>
  message.type === 'stream_event' && message.event.type === 'content_block_delta';

describe('the real Claude CLI, led by the stand-in', () => {
  test(
    'thinks, speaks, runs a command, asks before it writes, and the allowed file is on disk',
    async () => {
      await using session = await startClaude(home);
      session.send('write allowed.txt: written by the test');
      expect(outcome(await session.result(1))).toEqual({
        isError: false,
        status: null,
        text: 'All done. The file allowed.txt is written.',
      });
      expect(blocks(session).map((block) => block.type)).toEqual([
        'thinking',
        'text',
        'tool_use',
        'text',
        'tool_use',
        'text',
      ]);
      expect(session.asks.map((ask) => ask.tool)).toEqual(['Write']);
      expect(readFileSync(join(home.work, 'allowed.txt'), 'utf8')).toBe('written by the test');
    },
    LIMIT_MS,
  );

  test(
    'a denied write leaves no file, and the model hears of it',
    async () => {
      await using session = await startClaude(home, () => ({ behavior: 'deny', message: 'not in this house' }));
      session.send('write denied.txt: never');
      expect(outcome(await session.result(1))).toMatchObject({ text: 'I did not write denied.txt.' });
      expect(existsSync(join(home.work, 'denied.txt'))).toBe(false);
    },
    LIMIT_MS,
  );

  test(
    'questions, plans, parallel calls, edits and images go through one session',
    async () => {
      writeFileSync(join(home.work, 'edit.txt'), 'alpha\nbeta\n');
      await using session = await startClaude(home, ({ tool, input }) => ({
        behavior: 'allow',
        updatedInput:
          tool === 'AskUserQuestion' ? { ...input, answers: { 'Which database should we use?': 'SQLite' } } : input,
      }));
      session.send('ask question');
      expect(outcome(await session.result(1))).toMatchObject({ text: expect.stringContaining('SQLite') });
      session.send('parallel');
      expect(outcome(await session.result(2))).toMatchObject({ text: 'Heard one, two, three.' });
      session.send(`edit ${home.work}/edit.txt replace beta with gamma`);
      expect(outcome(await session.result(3))).toMatchObject({ text: 'The file is edited.' });
      expect(readFileSync(join(home.work, 'edit.txt'), 'utf8')).toBe('alpha\ngamma\n');
      session.send([
        { type: 'text', text: 'image please' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      ]);
      expect(outcome(await session.result(4))).toMatchObject({ text: 'Received image/png, 70 bytes.' });
      await session.query.setPermissionMode('plan');
      session.send('present plan');
      expect(outcome(await session.result(5))).toMatchObject({ text: 'The plan was approved.' });
      const plan = session.asks.at(-1);
      expect(plan?.tool).toBe('ExitPlanMode');
      expect(plan?.input.plan).toContain('1. Read the code');
      session.send('big output');
      await session.result(6);
      session.send('todo');
      expect(outcome(await session.result(7))).toMatchObject({ text: 'The list is written.' });
    },
    LIMIT_MS,
  );

  test(
    'a foreground subagent has a conversation of its own under the id of its call',
    async () => {
      await using session = await startClaude(home);
      session.send('subagent please');
      await session.result(1);
      const call = blocks(session).find((block) => block.type === 'tool_use');
      const inner = session.messages.filter((m) => m.type === 'assistant' && m.parent_tool_use_id === call?.id);
      expect(inner.flatMap((m) => (m.type === 'assistant' ? m.message.content.map((b) => b.type) : []))).toEqual([
        'thinking',
        'tool_use',
        'text',
      ]);
    },
    LIMIT_MS,
  );

  test(
    'the end of background work begins a turn that nobody asked for',
    async () => {
      await using session = await startClaude(home);
      session.send('background 3');
      await session.result(1);
      expect(outcome(await session.result(2))).toMatchObject({ text: 'The background task has ended.' });
    },
    LIMIT_MS,
  );

  test(
    'an interrupt keeps the partial text, and the session goes on',
    async () => {
      const session = await startClaude(home);
      session.send('slow 5000 pace 20');
      await session.until(isDelta);
      await session.query.interrupt();
      expect(outcome(await session.result(1))).toEqual({ isError: true, subtype: 'error_during_execution' });
      session.send('loop');
      await session.until((m) => m.type === 'assistant' && m.message.content.some((b) => b.type === 'tool_use'));
      await session.query.interrupt();
      expect(outcome(await session.result(2))).toMatchObject({ subtype: 'error_during_execution' });
      session.send('hello');
      expect(outcome(await session.result(3))).toMatchObject({ text: 'Hello. I am a scripted answer.' });
      const partial = blocks(session)[0];
      expect(partial?.type === 'text' && partial.text.length).toBeGreaterThan(0);
      expect(partial?.type === 'text' && partial.text).not.toContain('word5000');
      await session.end();
    },
    LIMIT_MS,
  );

  test(
    'prompts that are sent while it is busy become the next turn',
    async () => {
      await using session = await startClaude(home);
      session.send('gate queue');
      await session.until(isDelta);
      session.send('hello');
      standIn.release('queue');
      await session.result(1);
      expect(outcome(await session.result(2))).toMatchObject({ text: 'Hello. I am a scripted answer.' });
    },
    LIMIT_MS,
  );

  test(
    'a session resumes by its id in a new process and compacts on request',
    async () => {
      const first = await startClaude(home);
      first.send('hello');
      const { session_id: id } = await first.result(1);
      await first.end();
      await using second = await startClaude(home, undefined, { resume: id });
      second.send('slow 100 pace 0');
      expect((await second.result(1)).session_id).toBe(id);
      expect(standIn.requests.at(-1)?.body?.messages.length).toBeGreaterThan(2);
      second.send('/compact');
      await second.result(2);
      await second.until((m) => m.type === 'system' && m.subtype === 'compact_boundary');
    },
    LIMIT_MS,
  );

  test(
    'ten thousand deltas arrive complete',
    async () => {
      await using session = await startClaude(home);
      session.send('stream 10000');
      await session.result(1);
      expect(session.messages.filter(isDelta).length).toBe(10_000);
    },
    LIMIT_MS,
  );
});

describe('errors of the API reach the CLI as they are meant', () => {
  const failing: [string, number | null, string][] = [
    ['fail 400', 400, 'unknown'],
    ['fail 401', 401, 'authentication_failed'],
    ['fail 403', 403, 'authentication_failed'],
    ['fail 429', 429, 'rate_limit'],
    ['fail 529', 529, 'server_error'],
    ['fail billing', 400, 'billing_error'],
  ];
  test.each(failing)(
    '%s is a result with is_error and status %p',
    async (prompt, status, kind) => {
      const session = await startClaude(home);
      session.send(prompt);
      expect(outcome(await session.result(1))).toMatchObject({ isError: true, status });
      const spoken = session.messages.find((m) => m.type === 'assistant');
      expect(spoken?.error as string).toBe(kind);
      await session.end();
    },
    LIMIT_MS,
  );

  test(
    'a failure that passes and a cut connection are got over by the CLI itself',
    async () => {
      await using session = await startClaude(home);
      session.send('fail once');
      expect(outcome(await session.result(1))).toMatchObject({ text: 'It worked at the second try.' });
      expect(session.messages).toContainEqual(expect.objectContaining({ subtype: 'api_retry', error_status: 500 }));
      session.send('fail cut');
      expect(outcome(await session.result(2))).toMatchObject({ isError: false });
    },
    LIMIT_MS,
  );

  test(
    'a limit with its reset time is told to a subscription (OAuth) session',
    async () => {
      using subscribed = makeClaudeHome(standIn.url, { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'dummy' });
      const session = await startClaude(subscribed);
      session.send('fail limit');
      expect(outcome(await session.result(1))).toMatchObject({ isError: true, status: 429 });
      expect(session.messages).toContainEqual(
        expect.objectContaining({
          type: 'rate_limit_event',
          rate_limit_info: expect.objectContaining({ status: 'rejected', resetsAt: expect.any(Number) }),
        }),
      );
      await session.end();
    },
    LIMIT_MS,
  );
});

describe('the stand-in by itself', () => {
  const post = (path: string, body: unknown) =>
    fetch(standIn.url + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

  test('refuses what the API would refuse, in its form', async () => {
    expect((await fetch(`${standIn.url}/v1/nothing`)).status).toBe(404);
    const bad = await post('/v1/messages', 'not json');
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect((await fetch(standIn.url, { method: 'HEAD' })).status).toBe(200);
  });

  test('answers without a stream, and counts tokens the same way each time', async () => {
    const request = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hello' }] };
    expect(await (await post('/v1/messages', request)).json()).toMatchObject({
      content: [{ type: 'text', text: 'Hello. I am a scripted answer.' }],
      stop_reason: 'end_turn',
    });
    const count = async () => (await post('/v1/messages/count_tokens', request)).json();
    expect(await count()).toEqual(await count());
  });

  test('hands out the n-th model call, before and after it came', async () => {
    await using own = startAnthropic({ script: [] });
    const call = (text: string) =>
      fetch(`${own.url}/v1/messages`, {
        method: 'POST',
        body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }),
      });
    const second = own.waitForRequest(2);
    await call('one');
    await call('two');
    expect((await second).prompt).toBe('two');
    expect((await own.waitForRequest(1)).prompt).toBe('one');
    await expect(own.waitForRequest(3, 1)).rejects.toThrow('only 2 of 3 model calls');
  });

  test('as a process it prints its address first and ends with its input', async () => {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'anthropic-main.ts'), '--port', '0'], {
      stdin: 'pipe',
      stdout: 'pipe',
    });
    const { value } = await child.stdout.getReader().read();
    const { url } = JSON.parse(new TextDecoder().decode(value)) as { url: string };
    expect(await (await fetch(url)).text()).toBe('ok');
    await child.stdin.end();
    expect(await child.exited).toBe(0);
  });
});
