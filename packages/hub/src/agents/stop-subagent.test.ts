import { afterEach, beforeEach, expect, test } from 'bun:test';
import { type MachineEvent, type SessionId, TurnId } from '@agor/protocol';
import { command, DEMO, PROJECT, type TestCore, TestHub } from '../core/testing.ts';

let hub: TestHub;
let h: TestCore;
let id: SessionId;
let nth = 0;

beforeEach(async () => {
  hub = new TestHub();
  hub.machine.listen();
  h = hub.open();
  await h.core.start();
  id = h.core.sessions.create({ ...command(), projectId: PROJECT, provider: DEMO }).sessionId;
  await report({ kind: 'runnerStarted', sessionId: id, provider: DEMO, process: { pid: 1, startTime: '1' } });
  await says({ type: 'agent_started', sessionId: id, turnId: TurnId.parse('turn-1') });
});
afterEach(() => hub[Symbol.asyncDispose]());

type Line = Extract<MachineEvent, { kind: 'runner' }>['line'];
async function report(...events: MachineEvent[]): Promise<void> {
  hub.machine.journal(...events);
  await hub.machine.until(() => hub.machine.acknowledged === hub.machine.seq);
}
const says = (...lines: Line[]) => report(...lines.map((line) => ({ kind: 'runner' as const, sessionId: id, line })));
const subagent = (toolUseId: string, state: 'started' | 'done'): Line => ({
  type: 'agent_event',
  sessionId: id,
  event: { id: `e${++nth}`, at: 1_000, type: 'subagent', toolUseId, state, description: 'look', background: true },
});
const stops = () =>
  hub.machine.commands.flatMap(({ command: one }) => (one.kind === 'stopSubagent' ? [one.toolUseId] : []));

test('one subagent that runs is stopped, once for a command that comes twice; one that has ended is left', async () => {
  await says(subagent('a', 'started'), subagent('b', 'started'), subagent('c', 'started'), subagent('c', 'done'));
  const once = { ...command(), sessionId: id, toolUseId: 'a' };
  h.core.agents.stopSubagent(once);
  h.core.agents.stopSubagent(once);
  h.core.agents.stopSubagent({ ...command(), sessionId: id, toolUseId: 'c' });
  h.core.agents.stopSubagent({ ...command(), sessionId: id, toolUseId: 'nobody' });
  h.core.agents.stopSubagent({ ...command(), sessionId: id, toolUseId: 'b' });
  await hub.machine.until(() => stops().includes('b'));
  expect(stops()).toEqual(['a', 'b']);
});

test('where the provider can stop none alone, the person is told what they can do', () => {
  const { capabilities } = hub.runProvider;
  hub.provider = { label: 'Plain agent', capabilities: { ...capabilities, stopSubagents: false } };
  expect(() => h.core.agents.stopSubagent({ ...command(), sessionId: id, toolUseId: 'a' })).toThrow(
    "Plain agent can't stop one subagent alone. Stop the session instead.",
  );
});
