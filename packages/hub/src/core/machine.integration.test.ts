import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { isAlive, processRef } from '@agor/runtime';
import { until } from '@agor/runtime/testing';
import { command, isGapless, PROJECT, prompt, Seen, TestHub } from './testing.ts';

const opened = (hub: TestHub) => hub.open({ machine: 'real' });

test('a prompt runs through the real machine and the demo agent, and a follower sees the whole turn', async () => {
  await using hub = new TestHub();
  await using h = opened(hub);
  await h.core.start();
  try {
    expect(h.core.machine.state.state).toBe('connected');
    const { sessionId } = h.core.agents.query({ ...command(), projectId: PROJECT, prompt: prompt('help') });
    const seen = new Seen(h.core, sessionId);
    await seen.until('the turn is over', (s) => s.kinds.includes('turnEnded'));
    expect(seen.texts.length).toBeGreaterThan(0);
    expect(isGapless(seen.events)).toBe(true);
    expect(h.core.sessions.get(sessionId).status).toBe('done');
    await seen.stop();
  } finally {
    await h.core.machine.shutdown();
  }
});
