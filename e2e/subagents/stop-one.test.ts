import { afterAll, beforeAll, expect, test } from 'bun:test';
import { CommandId, newId, PromptId, ProviderId } from '@agor/protocol';
import { delay, systemClock } from '@agor/runtime';
import { type AnthropicStandIn, startAnthropic, text, toolUse, when } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 180_000;
const STATE_LIMIT_MS = 120_000;
/** More than a subagent could do in the test's time: it never ends by itself. */
const FOREVER = 2_000;

const work = Array.from({ length: FOREVER }, () => [
  text('And once more, and once more.', { chunk: 4, paceMs: 60 }),
  toolUse('Bash', { command: 'echo working', description: 'Work' }),
]);
const agents = (background: boolean) =>
  ['one', 'two'].map((name) =>
    toolUse('Agent', {
      description: `Work ${name}`,
      prompt: `inner work ${name}`,
      subagent_type: 'general-purpose',
      run_in_background: background,
    }),
  );

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic({
    script: [
      when(/\binner work/, ...work),
      when(/\bhave two work in the (background|foreground)\b/, ({ match }) => agents(match[1] === 'background')),
    ],
  });
}, 300_000);
afterAll(() => standIn.close());

test.each(['background', 'foreground'])(
  'of two subagents of Claude that work in the %s one is stopped, and the other works on',
  async (where) => {
    await using world = new World({ name: 'stop-one', env: claudeEnv(standIn.url) });
    await world.serve();
    using hub = await world.connect();
    const { client } = hub;
    const { sessionId } = await client.agent.query({
      commandId: newId(CommandId),
      cwd: world.folder('work'),
      provider: ProviderId.parse('claude'),
      permissionMode: 'bypassPermissions',
      prompt: { id: newId(PromptId), text: `have two work in the ${where}`, images: [], source: 'web' },
    });
    const subagents = async () => (await client.session.get({ sessionId })).state.subagents;
    const until = async (what: string, holds: (all: Awaited<ReturnType<typeof subagents>>) => boolean) => {
      const deadline = systemClock.monotonic() + STATE_LIMIT_MS;
      for (;;) {
        const all = await subagents();
        if (holds(all)) return all;
        if (systemClock.monotonic() > deadline) throw new Error(`${what}: ${JSON.stringify(all)}`);
        await delay(systemClock, 50);
      }
    };
    const both = await until(
      'two work',
      (all) => all.length === 2 && all.every(({ state, toolUses = 0 }) => state === 'running' && toolUses > 0),
    );
    const [first, second] = both;
    if (!first || !second) throw new Error('two subagents work');
    await client.agent.stopSubagent({ commandId: newId(CommandId), sessionId, toolUseId: first.toolUseId });
    const state = (all: typeof both, id: string) => all.find(({ toolUseId }) => toolUseId === id);
    const after = await until('one is stopped', (all) => state(all, first.toolUseId)?.state !== 'running');
    expect(state(after, first.toolUseId)?.state).toBe('stopped');
    const before = state(after, second.toolUseId)?.toolUses ?? 0;
    await until('the other works on', (all) => (state(all, second.toolUseId)?.toolUses ?? 0) > before);
    await client.agent.stop({ commandId: newId(CommandId), sessionId });
    await until('all ended', (all) => all.every((one) => one.state !== 'running'));
  },
  LIMIT_MS,
);
