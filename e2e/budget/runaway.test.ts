import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type AgentMessage, CommandId, newId, PromptId, ProviderId, type SessionId } from '@agor/protocol';
import { delay, systemClock } from '@agor/runtime';
import {
  type AnthropicStandIn,
  inputTokens,
  type Part,
  type Step,
  startAnthropic,
  text,
  toolUse,
  when,
} from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

/** The first read of the CLI's 0.4 GB may take many seconds. */
const LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 120_000;
/** What each call of a model tells that it took. */
const PER_CALL = 20_000;
/** Calls until the budget is used up. */
const CALLS = 12;
const HARD_TOKENS = PER_CALL * CALLS;
/** More than a runaway could do in the test's time: it never ends by itself. */
const FOREVER = 2_000;

const spin: Step[] = Array.from({ length: FOREVER }, () => [
  inputTokens(PER_CALL),
  // As slow as a quick model, so that an interrupt finds the next call under way and not the one after it.
  text('And once more, and once more.', { chunk: 4, paceMs: 60 }),
  toolUse('Bash', { command: 'echo spinning', description: 'Spin' }),
]);
const agents = (count: number, background: boolean): Part[] =>
  Array.from({ length: count }, (_, i) =>
    toolUse('Agent', {
      description: `Spin ${i + 1}`,
      prompt: `inner spin ${i + 1}`,
      subagent_type: 'general-purpose',
      run_in_background: background,
    }),
  );

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  standIn = startAnthropic({
    script: [
      when(/\binner spin/, ...spin),
      when(/\bspin alone\b/, ...spin),
      when(/\bspin (\d+) (background|foreground)\b/, ({ match }) => [
        inputTokens(PER_CALL),
        ...agents(Number(match[1]), match[2] === 'background'),
      ]),
    ],
  });
}, 300_000);
afterAll(() => standIn.close());

/** Calls of models that answered, by what the transcript says they took. */
const callsIn = (messages: readonly AgentMessage[]): number =>
  messages.filter(({ spent }) => (spent?.inputTokens ?? 0) >= PER_CALL).length;

async function runaway(provider: string, prompt: string, check: (run: Run) => Promise<void>): Promise<void> {
  await using world = new World({ name: 'runaway', env: claudeEnv(standIn.url) });
  await world.serve();
  using hub = await world.connect();
  const { client } = hub;
  const command = () => ({ commandId: newId(CommandId) });
  await client.settings.set({ ...command(), key: 'budgets', value: { session: { hardTokens: HARD_TOKENS } } });
  const { sessionId } = await client.agent.query({
    ...command(),
    cwd: world.folder('work'),
    provider: ProviderId.parse(provider),
    permissionMode: 'bypassPermissions',
    prompt: { id: newId(PromptId), text: prompt, images: [], source: 'web' },
  });
  const isStopped = async () => {
    const { status, state } = await client.session.get({ sessionId });
    return status === 'paused' && !state.subagents.some((subagent) => subagent.state === 'running');
  };
  const deadline = systemClock.monotonic() + STOP_LIMIT_MS;
  while (!(await isStopped())) {
    if (systemClock.monotonic() > deadline) throw new Error('the budget did not stop it');
    await delay(systemClock, 20);
  }
  await check({ world, client, sessionId });
}
interface Run {
  readonly world: World;
  readonly client: Awaited<ReturnType<World['connect']>>['client'];
  readonly sessionId: SessionId;
}

/** Nothing of the tree asks its model for more: what was asked is what was answered and told. */
async function staysStopped({ world, client, sessionId }: Run): Promise<number> {
  const before = standIn.requests.length;
  const { state, attention } = await client.session.get({ sessionId });
  expect(state.turn).toBeNull();
  expect(attention).toBe(95);
  expect(state.budgetHold).toMatchObject({ scope: 'session', interrupted: true });
  // A prompt that is asked now waits: nothing reaches the model.
  const prompt = { id: newId(PromptId), text: 'spin alone', images: [], source: 'web' as const };
  await client.agent.query({ commandId: newId(CommandId), sessionId, prompt });
  const calls = callsIn(await world.messages(sessionId));
  expect(standIn.requests.length).toBe(before);
  return calls;
}

test(
  'a runaway Claude is stopped within one message of its hard budget',
  () =>
    runaway('claude', 'spin alone', async (run) => {
      const calls = await staysStopped(run);
      console.log(`alone: ${calls - CALLS} more than the ${CALLS} calls of the budget`);
      expect(calls).toBeGreaterThanOrEqual(CALLS);
      expect(calls).toBeLessThanOrEqual(CALLS + 1);
    }),
  LIMIT_MS,
);

test.each(['foreground', 'background'])(
  'a Claude with four runaway subagents in the %s is stopped with all of them, within one message of each',
  (where) =>
    runaway('claude', `spin 4 ${where}`, async (run) => {
      const calls = await staysStopped(run);
      console.log(`${where}: ${calls - CALLS} more than the ${CALLS} calls of the budget`);
      expect(calls).toBeGreaterThanOrEqual(CALLS);
      expect(calls).toBeLessThanOrEqual(CALLS + 4);
    }),
  LIMIT_MS,
);
