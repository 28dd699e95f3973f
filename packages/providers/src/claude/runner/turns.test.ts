import { expect, test } from 'bun:test';
import { newId, PromptId, TurnId } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import type { AgentContext } from '../../runner/index.ts';
import { PromptStream } from './prompt-stream.ts';
import { Turns } from './turns.ts';

/** Turns with what they told, and the uuids of the messages that reached the CLI. */
function start() {
  const told: string[] = [];
  const sent: string[] = [];
  let turn: TurnId | null = null;
  const context: Partial<AgentContext> = {
    accepted: (promptId) => void told.push(`accepted ${promptId}`),
    startTurn: (promptId) => {
      expect(turn).toBeNull();
      turn = newId(TurnId);
      told.push(`started ${promptId ?? 'by itself'}`);
      return turn;
    },
    endTurn: ({ outcome }) => {
      if (turn) told.push(outcome);
      turn = null;
    },
  };
  Object.defineProperty(context, 'turn', { get: () => turn });
  const stream = new PromptStream();
  const push = stream.push.bind(stream);
  stream.push = (content, uuid) => {
    sent.push(uuid);
    push(content, uuid);
  };
  const clock = { ...systemClock, setTimeout: () => ({ cancel: () => {}, [Symbol.dispose]: () => {} }) };
  const turns = new Turns(context as AgentContext, stream, () => void told.push('interrupt'), clock);
  const say = (name: string) => turns.prompt(PromptId.parse(name), name);
  const steer = (name: string) => turns.steer(PromptId.parse(name), name);
  return { turns, told, sent, say, steer, last: () => sent.at(-1) ?? '' };
}

test('a prompt is accepted, runs and ends; the next one is handed over only then', () => {
  const { turns, told, sent, say, last } = start();
  say('a');
  say('b');
  expect(sent).toHaveLength(1);
  turns.lifecycle(last(), 'queued');
  turns.lifecycle(last(), 'started');
  turns.working();
  turns.ended({ outcome: 'done' });
  expect(sent).toHaveLength(2);
  turns.lifecycle(last(), 'started');
  turns.ended({ outcome: 'failed' });
  expect(told).toEqual(['accepted a', 'started a', 'done', 'accepted b', 'started b', 'failed']);
});

test('work that comes back from the background is a turn without a prompt', () => {
  const { turns, told, sent, say } = start();
  turns.working();
  say('a');
  expect(sent).toHaveLength(0);
  turns.ended({ outcome: 'done' });
  expect(sent).toHaveLength(1);
  expect(told).toEqual(['started by itself', 'done']);
});

test('a prompt that slips into a turn which had just begun by itself gets a turn from there on', () => {
  const { turns, told, say, last } = start();
  say('a');
  turns.lifecycle(last(), 'queued');
  turns.working();
  turns.lifecycle(last(), 'started');
  turns.lifecycle(last(), 'completed');
  turns.ended({ outcome: 'done' });
  expect(told).toEqual(['accepted a', 'started by itself', 'done', 'started a', 'done']);
});

test('a CLI that says nothing of prompts still gives each its turn', () => {
  const { turns, told, say } = start();
  say('a');
  turns.working();
  turns.ended({ outcome: 'done' });
  say('b');
  turns.ended({ outcome: 'failed' });
  expect(told).toEqual(['accepted a', 'started a', 'done', 'accepted b', 'started b', 'failed']);
});

test('a prompt that the CLI throws out of its queue ends as interrupted, and the next one goes', () => {
  const { turns, told, sent, say, last } = start();
  say('a');
  say('b');
  turns.lifecycle(last(), 'cancelled');
  expect(told).toEqual(['accepted a', 'started a', 'interrupted']);
  expect(sent).toHaveLength(2);
});

test('an interrupt before the turn has begun reaches it when it begins, and no later one', () => {
  const { turns, told, say, last } = start();
  expect(turns.interruptNow()).toBe(false);
  say('a');
  expect(turns.interruptNow()).toBe(false);
  turns.lifecycle(last(), 'started');
  turns.ended({ outcome: 'interrupted' });
  say('b');
  turns.lifecycle(last(), 'started');
  expect(told).toEqual(['accepted a', 'started a', 'interrupt', 'interrupted', 'accepted b', 'started b']);
});

test('a prompt that is sent twice goes to the CLI under two names', () => {
  const { turns, sent, say, last } = start();
  say('a');
  turns.lifecycle(last(), 'started');
  turns.ended({ outcome: 'done' });
  say('a');
  expect(new Set(sent).size).toBe(2);
});

test('a steered prompt joins the running turn, and the next prompt is handed over after it', () => {
  const { turns, told, sent, say, last, steer } = start();
  say('a');
  turns.lifecycle(last(), 'started');
  expect(steer('b')).toBe(true);
  turns.lifecycle(last(), 'queued');
  turns.lifecycle(last(), 'started');
  turns.lifecycle(last(), 'completed');
  say('c');
  expect(sent).toHaveLength(2);
  turns.ended({ outcome: 'done' });
  expect(sent).toHaveLength(3);
  expect(told).toEqual(['accepted a', 'started a', 'accepted b', 'done']);
});

test('a steered prompt that came too late is a turn of its own, and the next one waits for it', () => {
  const { turns, told, sent, say, last, steer } = start();
  say('a');
  turns.lifecycle(last(), 'started');
  steer('b');
  const steered = last();
  turns.lifecycle(steered, 'queued');
  say('c');
  turns.ended({ outcome: 'done' });
  expect(sent).toHaveLength(2);
  turns.lifecycle(steered, 'started');
  turns.working();
  turns.ended({ outcome: 'done' });
  expect(sent).toHaveLength(3);
  expect(told).toEqual(['accepted a', 'started a', 'accepted b', 'done', 'started b', 'done']);
});

test('nothing is steered where no turn runs', () => {
  const { sent, steer } = start();
  expect(steer('a')).toBe(false);
  expect(sent).toEqual([]);
});
