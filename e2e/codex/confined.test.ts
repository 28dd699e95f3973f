import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionId } from '@agor/protocol';
import { ConfinedAgent } from '../sandbox/confined-agent.ts';
import { configFor } from '../standins/codex-home.ts';
import { type ResponsesStandIn, startResponses } from '../standins/responses.ts';
import { vendorCli } from '../standins/vendor-cli.ts';
import { messagesIn } from '../world/index.ts';
import { MODEL } from './start-runner.ts';

const LIMIT_MS = 120_000;
const MINE = { 'config.toml': '# my own settings\n' };

let standIn: ResponsesStandIn;
let confined: ConfinedAgent;
let home: string;
beforeAll(async () => {
  await vendorCli('codex');
  standIn = startResponses();
  confined = await ConfinedAgent.start(
    {
      provider: 'codex',
      prompt: (command) => `run: ${command}`,
      project: {
        providers: { codex: { env: { STANDIN_KEY: 'sk-dummy' }, config: configFor(standIn.url), defaultModel: MODEL } },
      },
    },
    (_cwd, world) => {
      home = join(world.env.HOME as string, '.codex');
      mkdirSync(home, { recursive: true });
      for (const [name, text] of Object.entries(MINE)) writeFileSync(join(home, name), text);
    },
  );
}, 600_000);
afterAll(async () => {
  await confined[Symbol.asyncDispose]();
  await standIn.close();
}, LIMIT_MS);

const real = (name: string, run: () => Promise<void>) => test(name, run, LIMIT_MS);

real('Codex works confined: commands and patches, and what was said is kept', async () => {
  const { sessionId, output } = await confined.run('echo from inside; echo x > made.txt');
  expect(output).toBe('from inside\n');
  expect(readFileSync(join(confined.cwd, 'made.txt'), 'utf8')).toBe('x\n');
  using connection = await confined.world.connect();
  const { state } = await connection.client.session.get({ sessionId: SessionId.parse(sessionId) });
  expect(state.sandbox?.state).toBe('on');
  for (const prompt of ['write note.txt: one', 'edit note.txt replace one with two', '/compact']) {
    const { stdout, exitCode } = await confined.world.agor('run', '--resume', sessionId, '--json', prompt);
    expect(messagesIn(stdout).filter(({ type }) => type === 'error')).toEqual([]);
    expect(exitCode).toBe(0);
  }
  expect(readFileSync(join(confined.cwd, 'note.txt'), 'utf8')).toBe('two\n');
  expect(readdirSync(join(home, 'sessions'), { recursive: true }).join()).toContain('.jsonl');
});

real('a confined session goes on after its process was stopped', async () => {
  const { sessionId } = await confined.run('echo said before the stop');
  await confined.stop(sessionId);
  const stopped = async () =>
    (await confined.world.sessions()).find((row) => row.sessionId === sessionId)?.status === 'stopped';
  while (!(await stopped())) await Bun.sleep(100);
  await confined.world.agor('run', '--resume', sessionId, '--json', 'hello again');
  expect(JSON.stringify(standIn.requests.at(-1)?.body?.input)).toContain('said before the stop');
});

real(
  'a confined Codex changes nothing of its settings; what it plants where nothing was is gone when it has ended',
  async () => {
    const names = ['hooks.json', 'rules/default.rules', 'AGENTS.md'];
    const { sessionId, output } = await confined.run(
      `cd ${home}; for f in config.toml ${names.join(' ')}; do mkdir -p $(dirname $f); echo planted > $f; done; mkdir -p ${confined.cwd}/.codex; echo planted > ${confined.cwd}/.codex/config.toml; echo tried`,
    );
    expect(output).toContain('tried');
    for (const [name, text] of Object.entries(MINE)) expect(readFileSync(join(home, name), 'utf8')).toBe(text);
    expect(existsSync(join(confined.cwd, '.codex', 'config.toml'))).toBe(false);
    await confined.stop(sessionId);
    // The sessions of the tests before live on: where their runs guard what is not there, something empty stands.
    const planted = () =>
      names.filter((name) => (statSync(join(home, name), { throwIfNoEntry: false })?.size ?? 0) > 0);
    while (planted().length > 0) await Bun.sleep(50); // the test's own limit ends it
  },
);
