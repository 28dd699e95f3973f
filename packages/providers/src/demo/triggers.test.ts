import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AgentMessage } from '@agor/protocol';
import { answerAll, DemoProject, SESSION } from '../testing/demo-session.ts';
import { scenarios } from './scenarios/index.ts';

let project: DemoProject;
beforeAll(() => {
  project = new DemoProject();
});
afterAll(() => project[Symbol.dispose]());

/** How each trigger is called in the test below, and how its turn ends; `null` = the process does not survive it. */
const TRIGGERS: Record<string, { prompt: string; outcome: string | null }> = {
  help: { prompt: 'help', outcome: 'done' },
  say: { prompt: 'say hello  there', outcome: 'done' },
  think: { prompt: 'think', outcome: 'done' },
  stream: { prompt: 'stream seed=7 n=50 size=30', outcome: 'done' },
  slow: { prompt: 'slow pace=1 n=5', outcome: 'done' },
  burst: { prompt: 'burst n=500', outcome: 'done' },
  read: { prompt: 'read README.md', outcome: 'done' },
  write: { prompt: 'write new.txt some text', outcome: 'done' },
  edit: { prompt: 'edit README.md', outcome: 'done' },
  run: { prompt: 'run echo one; echo two >&2', outcome: 'done' },
  question: { prompt: 'question', outcome: 'done' },
  plan: { prompt: 'plan', outcome: 'done' },
  todo: { prompt: 'todo', outcome: 'done' },
  tools: { prompt: 'tools n=4', outcome: 'done' },
  big: { prompt: 'big n=300000', outcome: 'done' },
  image: { prompt: 'image', outcome: 'done' },
  status: { prompt: 'status', outcome: 'done' },
  compact: { prompt: 'compact', outcome: 'done' },
  fill: { prompt: 'fill 92', outcome: 'done' },
  checkpoint: { prompt: 'checkpoint', outcome: 'done' },
  subagent: { prompt: 'subagent', outcome: 'done' },
  wait: { prompt: 'wait', outcome: 'interrupted' },
  hold: { prompt: 'hold triggers', outcome: 'done' },
  gate: { prompt: 'gate triggers', outcome: 'done' },
  retry: { prompt: 'retry n=2 delay=1', outcome: 'done' },
  limit: { prompt: 'limit in=1', outcome: 'failed' },
  error: { prompt: 'error overloaded', outcome: 'failed' },
  fail: { prompt: 'fail', outcome: 'failed' },
  crash: { prompt: 'crash mid-stream', outcome: null },
  exit: { prompt: 'exit 3', outcome: null },
  badline: { prompt: 'badline', outcome: 'done' },
  hugeline: { prompt: 'hugeline mb=33', outcome: 'done' },
  unknown: { prompt: 'unknown', outcome: 'done' },
  orphan: { prompt: 'orphan 60', outcome: 'done' },
};

describe('every trigger speaks the protocol', () => {
  test('each scenario of `help` is tried here', () => {
    expect(Object.keys(TRIGGERS)).toEqual(scenarios.map(({ name }) => name));
  });

  for (const [name, { prompt, outcome }] of Object.entries(TRIGGERS)) {
    test(name, async () => {
      using session = project.session();
      project.write('.agor-demo-triggers', '');
      session.prompt(prompt);
      void answerAll(session);
      if (name === 'wait') {
        await session.until(
          (line) => line.type === 'agent_event' && JSON.stringify(line).includes('until you interrupt'),
        );
        session.send({ type: 'interrupt', sessionId: SESSION });
      }
      if (outcome === null) await session.exited;
      else expect((await session.untilType('turn_ended')).outcome).toBe(outcome as 'done');
      if (name !== 'badline' && name !== 'hugeline') expect(session.bad).toEqual([]);
      const ids = session.messages.map((message) => AgentMessage.parse(message).id);
      expect(new Set(ids).size).toBe(ids.length);
      if (outcome === 'done') {
        expect(session.messages.at(-1)).toMatchObject({ type: 'cost', content: { totalCostUsd: 0, isError: false } });
      }
      const [, orphan] = /left the process (\d+) behind/.exec(session.text) ?? [];
      if (orphan) process.kill(Number(orphan), 'SIGKILL');
      if (name !== 'unknown') expect(session.messages.filter((message) => message.type === 'unknown')).toEqual([]);
    });
  }
});
