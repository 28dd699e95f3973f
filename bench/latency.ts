import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedVendor, makeCodexHome, startAnthropic, startResponses } from '@agor/e2e/standins';
import { claudeEnv, World } from '@agor/e2e/world';
import { CommandId, type FollowFrame, newId, PromptId, ProviderId, type SessionId } from '@agor/protocol';
import type { Bare } from './bare/bare.ts';
import { bareClaude } from './bare/claude.ts';
import { bareCodex } from './bare/codex.ts';
import { atMost, median, type Row } from './row.ts';

const RUNS = 7;
const PROMPT = 'hello';
const LIMIT_MS = 60_000;

/**
 * From the prompt to the first word of the answer: a vendor's real program alone and through agor, against the same stand-in, in turns.
 * Cold: the program is started for it. Warm: it waits already; through agor because someone began to write (`agent.warm`).
 */
export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [provider, measure] of Object.entries({ claude, codex })) {
    const program = installedVendor(provider);
    if (program === null) process.stderr.write(`  ${provider} is not installed: not measured\n`);
    else rows.push(...(await measure(program)));
  }
  return rows;
}

async function claude(program: string): Promise<Row[]> {
  await using standIn = startAnthropic();
  const env = claudeEnv(standIn.url);
  await using world = new World({ name: 'bench-latency', env });
  const bare = bareClaude({ program, cwd: world.folder('bare'), env: { ...world.env, ...env } }, PROMPT);
  return await rowsOf('claude', world, bare, {});
}

async function codex(program: string): Promise<Row[]> {
  await using standIn = startResponses();
  using home = makeCodexHome(standIn);
  using alone = makeCodexHome(standIn);
  writeFileSync(join(alone.env.CODEX_HOME ?? '', 'config.toml'), tomlFor(standIn.url));
  await using world = new World({ name: 'bench-latency' });
  const bare = bareCodex({ program, cwd: alone.work, env: alone.env }, PROMPT);
  const { CODEX_HOME, STANDIN_KEY } = home.env;
  const settings = { env: { CODEX_HOME, STANDIN_KEY }, config: home.config, defaultModel: 'gpt-5.5' };
  return await rowsOf('codex', world, bare, settings);
}

function tomlFor(url: string): string {
  return [
    'model_provider = "standin"',
    'check_for_update_on_startup = false',
    '[features]',
    'plugins = false',
    '[model_providers.standin]',
    'name = "Stand-in"',
    `base_url = "${url}"`,
    'env_key = "STANDIN_KEY"',
    'wire_api = "responses"',
  ].join('\n');
}

async function rowsOf(provider: string, world: World, bare: Bare, settings: unknown): Promise<Row[]> {
  await world.serve();
  using connection = await world.connect();
  const agor = new Face(connection.client, ProviderId.parse(provider));
  await agor.set('prewarm', true);
  await agor.set(`providers.${provider}`, settings);
  const open = await agor.project(world.folder('open'), false);
  const confined = await agor.project(world.folder('confined'), true);
  const times = { bareCold: [], bareWarm: [], cold: [], warm: [], confined: [] } as Record<string, number[]>;
  const note = (name: string, ms: number) => times[name]?.push(ms);
  await bare.cold(); // warms the file cache
  await agor.timed(open, false);
  for (let n = 0; n < RUNS; n++) {
    note('bareCold', await bare.cold());
    note('cold', await agor.timed(open, false));
    note('confined', await agor.timed(confined, false));
    note('bareWarm', await bare.warm());
    note('warm', await agor.timed(open, true));
  }
  const of = (name: string) => median(times[name] ?? []);
  return [
    { name: `${provider}, first word: its program alone, started for the prompt`, value: of('bareCold'), unit: 'ms' },
    { name: '… through agor, started for the prompt', value: of('cold'), unit: 'ms' },
    { name: '… as a multiple', value: of('cold') / of('bareCold'), unit: '×' },
    { name: '… in the sandbox: longer by', value: of('confined') - of('cold'), unit: 'ms' },
    { name: '… its program alone, waiting already', value: of('bareWarm'), unit: 'ms' },
    { name: '… through agor, warmed', value: of('warm'), unit: 'ms' },
    atMost('… warmed, later than its program alone, waiting already', of('warm') - of('bareWarm'), 100, 'ms'),
    atMost('… warmed, later than its program alone', of('warm') - of('bareCold'), 100, 'ms'),
  ];
}

type Client = Awaited<ReturnType<World['connect']>>['client'];
type Project = Awaited<ReturnType<Client['groups']['addProject']>>['projectId'];

/** A person at the face, as the hub sees them. */
class Face {
  constructor(
    private readonly client: Client,
    private readonly provider: ProviderId,
  ) {}

  async set(key: string, value: unknown): Promise<void> {
    await this.client.settings.set({ commandId: newId(CommandId), key, value });
  }

  async project(cwd: string, sandbox: boolean): Promise<Project> {
    await this.set('sandbox_new_projects', sandbox);
    const { provider } = this;
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
