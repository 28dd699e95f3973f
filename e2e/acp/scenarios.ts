import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AgentMessage, Ask, MessageOf } from '@agor/protocol';
import { endTree, processesWithEnv } from '@agor/runtime';
import type { RunnerProcess } from '../standins/runner-process.ts';
import type { AgentUnderTest } from './agents.ts';
import { AgentPlace } from './place.ts';

/** Agents take seconds to start, and many more on busy cores or from a cold disk. */
const LIMIT_MS = 240_000;
const INSTALL_LIMIT_MS = 600_000;
const LOOP = 'sleep 0.2';
/** Looking at every process costs something. */
const POLL_MS = 200;

/** The same turns for every agent. */
export function testAgent(agent: AgentUnderTest): void {
  describe(`acp:${agent.name}`, () => {
    let place: AgentPlace;
    beforeAll(async () => {
      place = await AgentPlace.make(agent);
    }, INSTALL_LIMIT_MS);
    afterAll(() => place[Symbol.asyncDispose]());
    const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);

    real('a turn with a command streams, tells its call and its result, and ends done', async () => {
      await using runner = place.start();
      const promptId = runner.prompt('run: echo from-the-agent');
      using _ = answering(runner, () => 'allow');
      expect(await turnEnded(runner)).toMatchObject({ outcome: 'done' });
      expect(runner.of('prompt_accepted')).toMatchObject([{ promptId }]);
      const [call] = of('tool_call', runner);
      expect(call?.content).toMatchObject({ kind: 'execute', title: 'echo from-the-agent' });
      const [result, ...more] = of('tool_result', runner);
      expect(more).toEqual([]);
      expect(result?.content).toMatchObject({ toolUseId: call?.content.toolUseId ?? '', isError: false });
      if (agent.tellsOutput) expect(result?.content.output).toContain('from-the-agent');
      expect(runner.texts().join('\n')).toContain('It printed:');
      expectBlocksClosed(runner);
      expect(of('unknown', runner)).toEqual([]);
      expect(of('init', runner)).toHaveLength(1);
    });

    real('a write that is denied leaves no file', async () => {
      await using runner = place.start();
      const file = place.file('denied.txt');
      runner.prompt(`write ${file}: never`);
      using asks = answering(runner, (ask) => (isCommand(ask) ? 'allow' : 'deny'));
      const { outcome } = await turnEnded(runner);
      expect(outcome).toBe(agent.deniedEndsTurn ? 'interrupted' : 'done');
      expect(asks.answered.some((ask) => !isCommand(ask))).toBe(true);
      expect(existsSync(file)).toBe(false);
    });

    real('a write that is allowed is on disk, with its change told', async () => {
      await using runner = place.start();
      const file = place.file('allowed.txt');
      runner.prompt(`write ${file}: written by the test`);
      using asks = answering(runner, () => 'allow');
      expect(await turnEnded(runner)).toMatchObject({ outcome: 'done' });
      const ask = asks.answered.find((each) => !isCommand(each));
      expect(ask).toMatchObject({ kind: 'permission', title: expect.stringContaining('allowed.txt') });
      expect(readFileSync(file, 'utf8').trim()).toBe('written by the test');
      const diffs = of('tool_result', runner).flatMap(({ content }) => content.diffs ?? []);
      expect(diffs).toMatchObject([{ path: 'allowed.txt', added: 1, change: 'add' }]);
    });

    real('an edit changes what was asked for', async () => {
      await using runner = place.start();
      const file = place.file('edit.txt');
      writeFileSync(file, 'one\ntwo\nthree\n');
      runner.prompt(`edit ${file} replace two with zwei`);
      using _ = answering(runner, () => 'allow');
      expect(await turnEnded(runner)).toMatchObject({ outcome: 'done' });
      expect(readFileSync(file, 'utf8')).toBe('one\nzwei\nthree\n');
      const diffs = of('tool_result', runner).flatMap(({ content }) => content.diffs ?? []);
      expect(diffs).toMatchObject([{ path: 'edit.txt', added: 1, removed: 1 }]);
    });

    real('an interrupt ends the turn and leaves no process of it; the agent takes the next prompt', async () => {
      await using runner = place.start();
      runner.prompt('loop');
      using _ = answering(runner, () => 'allow');
      while (!running(runner, LOOP)) await Bun.sleep(POLL_MS);
      runner.interrupt();
      expect(await turnEnded(runner)).toMatchObject({ outcome: 'interrupted' });
      while (running(runner, LOOP)) await Bun.sleep(POLL_MS);
      runner.prompt('hello');
      expect(await turnEnded(runner, 2)).toMatchObject({ outcome: 'done' });
      expect(runner.texts().at(-1)).toContain('Hello');
    });

    real('an ask that is open when the turn is interrupted is withdrawn', async () => {
      await using runner = place.start();
      runner.prompt(`write ${place.file('withdrawn.txt')}: never`);
      using _ = answering(runner, (ask) => (isCommand(ask) ? 'allow' : null));
      const { ask } = await patiently(() => runner.seen('ask', (line) => !isCommand(line.ask)));
      runner.interrupt();
      expect(await turnEnded(runner)).toMatchObject({ outcome: 'interrupted' });
      expect(runner.of('ask_withdrawn')).toMatchObject([{ askId: ask.id }]);
      expect(existsSync(place.file('withdrawn.txt'))).toBe(false);
    });

    real('a failure of the API is shown in its class', async () => {
      await using runner = place.start();
      runner.prompt(agent.failure.prompt);
      const end = await turnEnded(runner);
      expect(end).toMatchObject({ outcome: 'failed', class: agent.failure.class });
      expect(of('error', runner)).toMatchObject([{ content: { class: agent.failure.class } }]);
    });

    if (agent.resumes)
      real('after kill -9 the conversation goes on, and nothing of it is told twice', async () => {
        const first = place.start();
        first.prompt('remember the word heron');
        await turnEnded(first);
        const providerSessionId =
          first.of('agent_info').find((info) => info.providerSessionId)?.providerSessionId ?? '';
        first.kill();
        await first.exited;
        // As the machine does with what a dead runner leaves behind.
        await endTree({ mark: { name: 'AGOR_SESSION', value: first.sessionId }, graceMs: 0 });
        await using second = place.start({ resumeSessionId: providerSessionId });
        second.prompt('hello');
        expect(await turnEnded(second)).toMatchObject({ outcome: 'done' });
        expect(second.texts().join('')).not.toContain('heron');
        expect(second.texts().join('')).toContain('Hello');
        const asked = place.standIn.requests.map(({ body }) => JSON.stringify(body ?? ''));
        expect(asked.findLast((body) => body.includes('hello'))).toContain('remember the word heron');
      });

    real('stopping ends every process', async () => {
      const runner = place.start();
      runner.prompt('hello');
      await turnEnded(runner);
      expect(await runner.stop()).toBe(0);
      expect(processesWithEnv('AGOR_SESSION', runner.sessionId)).toEqual([]);
    });
  });
}

/** How often a runner's own limit is waited for: agents take long on busy cores, one up to a minute before it loads a conversation. */
const TRIES = 3;

async function patiently<Seen>(wait: () => Promise<Seen>): Promise<Seen> {
  for (let tries = 1; tries < TRIES; tries++) {
    const seen = await wait().catch(() => null); // the last try tells why
    if (seen !== null) return seen;
  }
  return await wait();
}

const turnEnded = (runner: RunnerProcess, n = 1) => patiently(() => runner.turnEnded(n));

const of = <Type extends AgentMessage['type']>(type: Type, runner: RunnerProcess) =>
  runner.messages().filter((message): message is MessageOf<Type> & typeof message => message.type === type);

const isCommand = (ask: Ask) => ask.kind === 'permission' && ask.title.startsWith('Run: ');

/** Answers every ask as it comes; null leaves it open. */
function answering(runner: RunnerProcess, decide: (ask: Ask) => 'allow' | 'deny' | null) {
  const answered: Ask[] = [];
  let ended = false;
  const next = async (n: number): Promise<void> => {
    const line = await runner.seen('ask', () => true, n).catch((error: Error) => error);
    if (ended || (line instanceof Error && line.message.startsWith('the runner ended'))) return;
    // None came within the limit of one wait.
    if (line instanceof Error) return await next(n);
    const decision = decide(line.ask);
    if (decision) {
      answered.push(line.ask);
      runner.answer(line.ask, { kind: 'permission', decision });
    }
    return await next(n + 1);
  };
  void next(1);
  return {
    answered,
    [Symbol.dispose]: () => {
      ended = true;
    },
  };
}

/** Whether a process of the session has this on its command line. */
function running(runner: RunnerProcess, words: string): boolean {
  return processesWithEnv('AGOR_SESSION', runner.sessionId).some((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(words);
    } catch {
      return false; // it has just ended
    }
  });
}

/** What streamed into a block is what its message says. */
function expectBlocksClosed(runner: RunnerProcess): void {
  const blocks = new Map<string, string>();
  for (const { blockId, text } of runner.of('agent_delta')) blocks.set(blockId, (blocks.get(blockId) ?? '') + text);
  const messages = runner.messages();
  for (const [blockId, text] of blocks) {
    const [message, ...others] = messages.filter((each) => each.blockId === blockId);
    expect(others).toEqual([]);
    if (message?.type === 'text' || message?.type === 'thinking') expect(message.content.text).toBe(text);
    else expect(message?.type).toBe('tool_result');
  }
}
