import { describe, expect, test } from 'bun:test';
import { type Answer, AskId } from '@agor/protocol';
import { canonicalJson } from '../canonical-json.ts';
import { sessionId, settled, TestRunner } from '../testing/test-runner.ts';
import { AskWithdrawn, type NewAsk } from './types.ts';

const permission = (input: unknown = { command: 'ls' }): NewAsk => ({
  kind: 'permission',
  toolName: 'Bash',
  title: 'Run ls',
  input,
});

describe('asks', () => {
  test('wait for their answer; the acknowledgement leaves before the agent goes on', async () => {
    const test = new TestRunner();
    const answers: Answer[] = [];
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        void ctx.ask({ ...permission(), id: AskId.parse('a1') }).then((answer) => {
          answers.push(answer);
          ctx.log('went on');
        });
      };
    };
    await test.query();
    test.clock.advance(30 * 86_400_000);
    await settled();
    expect(answers).toEqual([]);
    const answer: Answer = { kind: 'permission', decision: 'allow' };
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a1'), answer });
    expect(answers).toEqual([answer]);
    expect(test.types.slice(-3)).toEqual(['ask', 'answer_accepted', 'agent_log']);
  });

  test('an answer to an unknown ask, or of the wrong kind, is an error and leaves the ask open', async () => {
    const test = new TestRunner();
    let answered = false;
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        void ctx.ask({ ...permission(), id: AskId.parse('a1') }).then(() => {
          answered = true;
        });
      };
    };
    await test.query();
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a2'), answer: { kind: 'question', answers: {} } });
    await test.send({ type: 'answer', sessionId, askId: AskId.parse('a1'), answer: { kind: 'question', answers: {} } });
    expect(test.errors).toEqual([
      expect.stringContaining('a2 is not open'),
      expect.stringContaining('wants an answer of the kind "permission"'),
    ]);
    expect(answered).toBe(false);
  });

  test('an ask that the vendor takes back is withdrawn with its reason', async () => {
    const test = new TestRunner();
    const aborter = new AbortController();
    let refused: unknown;
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.ask(permission(), aborter.signal).catch((error: unknown) => {
          refused = error;
        });
      };
    };
    await test.query();
    aborter.abort('timed out');
    await settled();
    expect(test.lines.at(-1)).toMatchObject({ type: 'ask_withdrawn', reason: 'timed out' });
    expect(refused).toBeInstanceOf(AskWithdrawn);
  });

  test('an open ask of an ending runner is not withdrawn: it lapses', async () => {
    const test = new TestRunner();
    const aborter = new AbortController();
    test.prepare = (agent) => {
      agent.onPrompt = (ctx) => {
        ctx.ask(permission(), aborter.signal).catch(() => {}); // rejected by close, as it should be
      };
      agent.onClose = () => aborter.abort('closing');
    };
    await test.query();
    await test.send({ type: 'stop', sessionId });
    expect(test.types).not.toContain('ask_withdrawn');
    expect(test.exitCode).toBe(0);
  });

  test("a rule answers in the person's stead and says so", async () => {
    const test = new TestRunner();
    const answers: Answer[] = [];
    test.prepare = (agent) => {
      agent.onPrompt = async (ctx) => {
        answers.push(await ctx.ask({ ...permission({ a: 1, b: 2 }), toolUseId: 't1' }));
        void ctx.ask(permission({ a: 1, b: 2 }));
      };
    };
    const inputJson = canonicalJson({ b: 2, a: 1 });
    const denial = { id: 'r1', toolName: 'Bash', inputJson, once: true, decision: 'deny', message: 'no' } as const;
    await test.query({ rules: [denial] });
    expect(answers).toEqual([{ kind: 'permission', decision: 'deny', message: 'no' }]);
    expect(test.lines.find((line) => line.type === 'rule_used')).toMatchObject({ ruleId: 'r1', toolUseId: 't1' });
    expect(test.types.filter((type) => type === 'ask').length).toBe(1);
  });
});
