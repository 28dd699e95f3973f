import { afterAll, beforeAll, expect, test } from 'bun:test';
import { CommandId, newId, ProjectId, SessionId } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { type AnthropicStandIn, BUILT_IN, startAnthropic, text, when } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 180_000;
const FIRST = 'hello, the launch code is heliotrope';

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  // First, for the anchors behind a prompt have words in them that mean something else.
  const which = when(/^which code/, [text('I look it up.')]);
  standIn = startAnthropic({ script: [which, ...BUILT_IN] });
}, 300_000);
afterAll(() => standIn.close());

test(
  'after a compaction the first turns reach the real Claude with the next prompt, and later runs in their system prompt',
  async () => {
    await using world = new World({ name: 'anchors', env: claudeEnv(standIn.url) });
    await world.serve();
    using connection = await world.connect();
    const { client } = connection;
    const command = () => ({ commandId: newId(CommandId) });
    const { projectId } = await client.groups.addProject({ ...command(), cwd: world.folder('work') });
    await client.groups.updateProject({ ...command(), projectId, changes: { provider: 'claude' } });

    let sessionId: SessionId | undefined;
    const ask = async (words: string): Promise<void> => {
      const where = sessionId === undefined ? ['--project', projectId] : ['--resume', sessionId];
      const { exitCode, stderr } = await world.agor('run', ...where, '--', words);
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
      if (sessionId === undefined) {
        const newest = await client.session.list({ projectId, limit: 1 });
        sessionId = newest[0]?.state.id;
      }
    };
    const state = async () => (await client.session.get({ sessionId: SessionId.parse(sessionId) })).state;
    /** The model call that a prompt led to, as the words before the conversation, and its last message of the person. */
    const callFor = (words: string) => {
      const body = standIn.requests.findLast(({ prompt }) => prompt?.startsWith(words))?.body;
      if (!body) throw new Error(`no model call was made for "${words}"`);
      return {
        system: JSON.stringify(body.system),
        said: JSON.stringify(body.messages.filter(({ role }) => role === 'user').at(-1)),
      };
    };

    await ask(FIRST);
    for (const words of ['hello again', 'hello once more', 'hello, the last before it gets tight']) await ask(words);
    await ask('/compact');
    await until('the compaction is known', async () => (await state()).compactions.count === 1);
    const kept = await client.anchors.list({ projectId: ProjectId.parse(projectId) });
    expect(kept.anchors.map(({ kind, turn }) => [kind, turn])).toEqual([
      ['auto', 0],
      ['auto', 1],
      ['auto', 2],
    ]);
    expect(kept.anchors[0]?.text).toBe(`User: ${FIRST}\n\nAssistant: Hello. I am a scripted answer.`);

    const { process } = await state();
    await ask('which code was it?');
    expect((await state()).process).toEqual(process);
    const live = callFor('which code was it?');
    expect(live.said).toContain('<session-anchors>');
    expect(live.said).toContain('the launch code is heliotrope');
    expect(live.system).not.toContain('session-anchors');
    await ask('which code, again?');
    expect(callFor('which code, again?').said).not.toContain('session-anchors');

    await client.agent.stop({ ...command(), sessionId: SessionId.parse(sessionId) });
    await until('the agent has ended', async () => (await state()).process === null);
    await ask('which code, in another run?');
    const anew = callFor('which code, in another run?');
    // The CLI goes on with the system prompt that the conversation began with, until it is compacted.
    expect(anew.system).not.toContain('session-anchors');
    expect(anew.said).toContain('the launch code is heliotrope');
    await ask('/compact');
    await ask('which code, after all?');
    const compacted = callFor('which code, after all?');
    expect(compacted.system).toContain('<session-anchors>');
    expect(compacted.system).toContain('the launch code is heliotrope');
    expect(compacted.said).not.toContain('session-anchors');

    sessionId = undefined;
    await ask('which code, in a new conversation?');
    const fresh = callFor('which code, in a new conversation?');
    expect(fresh.system).toContain('[Turn 1 of the conversation');
    expect(fresh.said).not.toContain('session-anchors');
  },
  LIMIT_MS,
);
