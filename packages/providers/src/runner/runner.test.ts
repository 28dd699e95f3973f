import { describe, expect, test } from 'bun:test';
import { MAX_SIDECAR_LINE_BYTES, SessionId } from '@agor/protocol';
import { options, promptId, sessionId, settled, TestRunner } from '../testing/test-runner.ts';
import { CLOSE_LIMIT_MS, INTERRUPT_LIMIT_MS } from './runner.ts';

describe('lines in', () => {
  test('ready comes at once, a ping is answered with its nonce', async () => {
    const test = new TestRunner();
    await test.send({ type: 'ping', nonce: 'n1' });
    expect(test.lines).toEqual([
      { type: 'ready', provider: 'fake', pid: process.pid },
      { type: 'pong', nonce: 'n1' },
    ]);
  });

  test('malformed, unknown, foreign and over-long lines become errors, and the next line is served', async () => {
    const test = new TestRunner();
    await test.query();
    await test.sendText('nonsense\n\n{"type":"dance","sessionId":"s1"}\n{"type":"query","sessionId":"s1"}\n');
    await test.send({ type: 'interrupt', sessionId: SessionId.parse('other') });
    await test.sendText(`"${'x'.repeat(MAX_SIDECAR_LINE_BYTES)}"\n`);
    await test.send({ type: 'ping' });
    expect(test.errors).toEqual([
      expect.stringContaining('no JSON: nonsense'),
      expect.stringContaining('not understood (type'),
      expect.stringContaining('not understood (promptId'),
      expect.stringContaining('serves the session s1, not other'),
      expect.stringContaining('is longer than'),
    ]);
    expect(test.types.at(-1)).toBe('pong');
  });

  test('commands run in their order: a prompt does not overtake the setting before it', async () => {
    const test = new TestRunner();
    await test.send(
      { type: 'open', sessionId, options },
      { type: 'set', sessionId, model: 'opus' },
      { type: 'query', sessionId, promptId, prompt: 'one', options: { ...options, model: 'opus' } },
      { type: 'interrupt', sessionId },
    );
    expect(test.agent?.done).toEqual(['set opus', 'prompt one', 'interrupt']);
  });

  test('a prompt with other settings than the agent has changes them first', async () => {
    const test = new TestRunner();
    await test.query({ model: 'opus' });
    expect(test.agent?.settings).toEqual([]);
    await test.query({ model: 'haiku', permissionMode: 'plan' });
    expect(test.agent?.settings).toEqual([{ model: 'haiku', permissionMode: 'plan' }]);
    expect(test.lines.at(-2)).toMatchObject({ type: 'agent_info', model: 'haiku', permissionMode: 'plan' });
  });

  test('a refused setting is told and the agent lives on', async () => {
    const test = new TestRunner();
    await test.query();
    await test.send({ type: 'set', sessionId, model: 'refused' });
    expect(test.errors).toEqual(['the agent refused the setting: no such model']);
    await test.query({}, 'again');
    expect(test.agent?.done).toEqual(['prompt do it', 'prompt again']);
  });
});

describe('turns', () => {
  test('one runs at a time; its end is told once', async () => {
    const test = new TestRunner();
    await test.query();
    const ctx = test.agent?.ctx;
    ctx?.startTurn(promptId);
    expect(() => ctx?.startTurn()).toThrow('still runs');
    ctx?.endTurn({ outcome: 'done' });
    ctx?.endTurn({ outcome: 'failed' });
    await settled();
    expect(test.types.filter((type) => type === 'turn_ended').length).toBe(1);
    expect(ctx?.turn).toBeNull();
  });

  test('a hanging prompt does not hold up an interrupt, and a dead interrupt is told', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onPrompt = () => new Promise(() => {});
      agent.onInterrupt = () => new Promise(() => {});
    };
    await test.query();
    await test.send({ type: 'interrupt', sessionId });
    expect(test.agent?.done).toEqual(['prompt do it', 'interrupt']);
    await test.clock.advanceAsync(INTERRUPT_LIMIT_MS);
    await settled();
    expect(test.errors).toEqual([expect.stringContaining('does not react to the interrupt')]);
  });
});

describe('the end', () => {
  for (const how of ['stop', 'end of stdin'] as const) {
    test(`${how}: the agent is closed, its turn ends, the exit code is 0`, async () => {
      const test = new TestRunner();
      test.prepare = (agent) => {
        agent.onPrompt = (ctx) => void ctx.startTurn(promptId);
      };
      await test.query();
      if (how === 'stop') await test.send({ type: 'stop', sessionId });
      else await test.endStdin();
      expect(test.agent?.done.at(-1)).toBe('close');
      expect(test.lines.at(-2)).toMatchObject({ type: 'turn_ended', outcome: 'interrupted' });
      expect(test.types.at(-1)).toBe('agent_stopped');
      expect(test.exitCode).toBe(0);
      expect(test.clock.pending).toBe(0);
    });
  }

  test('an agent that does not close is left behind after its limit', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onClose = () => new Promise(() => {});
    };
    await test.query();
    await test.endStdin();
    expect(test.exitCode).toBeNull();
    await test.clock.advanceAsync(CLOSE_LIMIT_MS);
    await settled();
    expect(test.exitCode).toBe(0);
  });

  test('stdin ends before any prompt', async () => {
    const test = new TestRunner();
    await settled();
    await test.endStdin();
    expect(test.types).toEqual(['ready']);
    expect(test.exitCode).toBe(0);
  });

  test('an agent that cannot start is an agent_error with its class, and exit code 1', async () => {
    const test = new TestRunner();
    test.create = () => Promise.reject(new Error('spawn claude ENOENT'));
    await test.query();
    expect(test.lines.at(-1)).toEqual({
      type: 'agent_error',
      sessionId,
      message: 'spawn claude ENOENT',
      class: 'not_installed',
    });
    expect(test.exitCode).toBe(1);
  });

  test('a broken agent fails its turn, then itself', async () => {
    const test = new TestRunner();
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.startTurn(promptId);
        throw new Error('429 too many requests');
      };
    };
    await test.query();
    expect(test.lines.slice(-2)).toMatchObject([
      { type: 'turn_ended', outcome: 'failed', class: 'rate_limit' },
      { type: 'agent_error', class: 'rate_limit' },
    ]);
    expect(test.exitCode).toBe(1);
  });

  test('an agent that ends by itself stops the runner with its exit code told', async () => {
    const test = new TestRunner();
    await test.query();
    test.agent?.ctx.exited(7, null);
    await settled();
    expect(test.lines.at(-1)).toMatchObject({ type: 'agent_stopped', exitCode: 7, signal: null });
    expect(test.exitCode).toBe(0);
  });

  test('nothing is served after the end', async () => {
    const test = new TestRunner();
    await test.query();
    await test.send({ type: 'stop', sessionId }, { type: 'ping' });
    expect(test.types).not.toContain('pong');
  });
});
