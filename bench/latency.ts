import { installedVendor, startAnthropic } from '@agor/e2e/standins';
import { claudeEnv, World } from '@agor/e2e/world';
import { CommandId, type FollowFrame, newId, PromptId, ProviderId, type SessionId } from '@agor/protocol';
import { LineSplitter } from '@agor/runtime';
import { atMost, median, type Row } from './row.ts';

const RUNS = 7;
const PROMPT = 'hello';
const LIMIT_MS = 60_000;

/**
 * From the prompt to the first word of the answer: the real Claude CLI alone and through agor, against the same stand-in, in turns.
 * Cold: the program is started for it. Warm: it waits already; through agor because someone began to write (`agent.warm`).
 */
export async function run(): Promise<Row[]> {
  const program = installedVendor('claude');
  if (program === null) {
    process.stderr.write('  claude is not installed: not measured\n');
    return [];
  }
  await using standIn = startAnthropic();
  await using world = new World({ name: 'bench-latency', env: claudeEnv(standIn.url) });
  await world.serve();
  using connection = await world.connect();
  const agor = new Face(connection.client);
  await agor.set('prewarm', true);
  const bare = { program, cwd: world.folder('bare'), env: { ...world.env, ...claudeEnv(standIn.url) } };
  const open = await agor.project(world.folder('open'), false);
  const confined = await agor.project(world.folder('confined'), true);
  const times = { bareCold: [], bareWarm: [], cold: [], warm: [], confined: [] } as Record<string, number[]>;
  const note = (name: string, ms: number) => times[name]?.push(ms);
  await bareCold(bare); // warms the file cache
  await agor.timed(open, false);
  for (let n = 0; n < RUNS; n++) {
    note('bareCold', await bareCold(bare));
    note('cold', await agor.timed(open, false));
    note('confined', await agor.timed(confined, false));
    note('bareWarm', await bareWarm(bare));
    note('warm', await agor.timed(open, true));
  }
  const of = (name: string) => median(times[name] ?? []);
  return [
    { name: 'claude, first word: the CLI alone, started for the prompt', value: of('bareCold'), unit: 'ms' },
    { name: '… through agor, started for the prompt', value: of('cold'), unit: 'ms' },
    { name: '… as a multiple', value: of('cold') / of('bareCold'), unit: '×' },
    { name: '… in the sandbox: longer by', value: of('confined') - of('cold'), unit: 'ms' },
    { name: '… the CLI alone, waiting already', value: of('bareWarm'), unit: 'ms' },
    { name: '… through agor, warmed', value: of('warm'), unit: 'ms' },
    atMost('… warmed, later than the CLI alone, waiting already', of('warm') - of('bareWarm'), 100, 'ms'),
    atMost('… warmed, later than the CLI alone', of('warm') - of('bareCold'), 100, 'ms'),
  ];
}

interface Bare {
  readonly program: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

const FLAGS = ['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];

async function bareCold({ program, cwd, env }: Bare): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([program, ...FLAGS, PROMPT], {
    cwd,
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const ms = await lines(child.stdout, (line) => (isFirstWord(line) ? performance.now() - began : null));
  child.kill();
  await child.exited;
  return ms;
}

/** The way of the Agent SDK: the prompt comes over stdin, once the program said that it is ready. */
async function bareWarm({ program, cwd, env }: Bare): Promise<number> {
  const child = Bun.spawn([program, ...FLAGS, '--input-format', 'stream-json'], {
    cwd,
    env,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const say = (message: unknown) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    child.stdin.flush();
  };
  let began = 0;
  say({ type: 'control_request', request_id: 'start', request: { subtype: 'initialize' } });
  const ms = await lines(child.stdout, (line) => {
    if (line.includes('"control_response"')) {
      began = performance.now();
      say({ type: 'user', message: { role: 'user', content: PROMPT }, parent_tool_use_id: null, session_id: '' });
    }
    return isFirstWord(line) ? performance.now() - began : null;
  });
  child.kill();
  await child.exited;
  return ms;
}

const isFirstWord = (line: string) => line.includes('"text_delta"');

async function lines(stdout: ReadableStream<Uint8Array>, look: (line: string) => number | null): Promise<number> {
  const splitter = new LineSplitter();
  for await (const chunk of stdout)
    for (const line of splitter.push(chunk)) {
      const found = look(String(line));
      if (found !== null) return found;
    }
  throw new Error('the CLI ended without a word');
}

type Client = Awaited<ReturnType<World['connect']>>['client'];
type Project = Awaited<ReturnType<Client['groups']['addProject']>>['projectId'];

/** A person at the face, as the hub sees them. */
class Face {
  constructor(private readonly client: Client) {}

  async set(key: string, value: unknown): Promise<void> {
    await this.client.settings.set({ commandId: newId(CommandId), key, value });
  }

  async project(cwd: string, sandbox: boolean): Promise<Project> {
    await this.set('sandbox_new_projects', sandbox);
    const provider = ProviderId.parse('claude');
    const { projectId } = await this.client.groups.addProject({ commandId: newId(CommandId), cwd, provider });
    return projectId;
  }

  /** From the prompt, to a session of its own, to the first word of the answer. */
  async timed(projectId: Project, warm: boolean): Promise<number> {
    const { sessionId } = await this.client.session.create({ commandId: newId(CommandId), projectId });
    const controller = new AbortController();
    const limit = setTimeout(() => controller.abort(new Error('no answer came')), LIMIT_MS);
    const frames = await this.client.events.follow({ sessionId }, { signal: controller.signal });
    let began = 0;
    try {
      if (warm) await this.client.agent.warm({ commandId: newId(CommandId), sessionId });
      else began = await this.#prompt(sessionId);
      for await (const frame of frames) {
        if (began === 0 && tells(frame, 'agentInfo')) began = await this.#prompt(sessionId);
        if (began !== 0 && hasWord(frame)) return performance.now() - began;
      }
      throw new Error('the stream ended before the answer');
    } finally {
      clearTimeout(limit);
      controller.abort();
      await this.client.agent.stop({ commandId: newId(CommandId), sessionId });
    }
  }

  async #prompt(sessionId: SessionId): Promise<number> {
    const began = performance.now();
    const prompt = { id: newId(PromptId), text: PROMPT, images: [], source: 'web' as const };
    await this.client.agent.query({ commandId: newId(CommandId), sessionId, prompt });
    return began;
  }
}

function tells(frame: FollowFrame, kind: string): boolean {
  return frame.kind === 'batch' && frame.items.some((item) => 'event' in item && item.event.kind === kind);
}

function hasWord(frame: FollowFrame): boolean {
  if (frame.kind === 'snapshot') return frame.openBlocks.some((block) => block.kind === 'text' && block.text !== '');
  return frame.kind === 'batch' && frame.items.some((item) => 'delta' in item && item.delta.kind === 'text');
}
