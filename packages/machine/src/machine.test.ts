import { expect, test } from 'bun:test';
import { tempDir } from '@agor/runtime/testing';
import { killHard, queryOf, startTestMachine } from './testing/index.ts';

test('a prompt reaches a runner, and what it says reaches the hub in order and is acknowledged', async () => {
  using dir = tempDir();
  const machine = startTestMachine(dir.path);
  try {
    using hub = await machine.connect();
    const query = queryOf('s1', 'say hello\nstream b1 one two three\nclose b1');
    await hub.commands(query);
    await hub.turnEnded('s1');
    expect(hub.agentEvents('s1')).toEqual([{ text: 'hello' }, { text: 'complete' }]);
    expect(hub.eventsOf('s1').map((event) => (event.kind === 'runner' ? event.line.type : event.kind))).toEqual([
      'runnerStarted',
      'prompt_accepted',
      'agent_started',
      'agent_event',
      'agent_event',
      'turn_ended',
    ]);
  } finally {
    await killHard(machine);
  }
});
