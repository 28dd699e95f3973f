import { afterAll, beforeAll, expect, test } from 'bun:test';
import { CommandId, newId, ProjectId, PromptId, SessionId } from '@agor/protocol';
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
  'after a compaction the first turns reach the real Claude with its next prompt, and the next run in its system prompt',
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
      const prompt = { id: newId(PromptId), text: words, images: [], source: 'cli' as const };
      const where = sessionId === undefined ? { projectId: ProjectId.parse(projectId) } : { sessionId };
      const asked = await client.agent.query({ ...command(), ...where, prompt });
      sessionId = asked.sessionId;
      const isOver = async () => {
        const { state } = await client.session.get({ sessionId: SessionId.parse(asked.sessionId) });
        return state.turn === null && state.inFlight.length === 0 && state.queue.length === 0;
      };
      await until(`"${words}" is answered`, isOver, LIMIT_MS);
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
    await until('the agent has ended', async () => (await state()).process === null, LIMIT_MS);
    await ask('which code, in another run?');
    const anew = callFor('which code, in another run?');
    expect(anew.system).toContain('<session-anchors>');
    expect(anew.system).toContain('the launch code is heliotrope');
    expect(anew.said).not.toContain('session-anchors');
  },
  LIMIT_MS,
);
