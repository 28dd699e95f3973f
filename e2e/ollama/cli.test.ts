import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import { messagesIn, World } from '../world/index.ts';

const LIMIT_MS = 60_000;
let standIn: ModelStandIn;
beforeAll(() => {
  standIn = startOllama();
});
afterAll(() => standIn.close());

test(
  'a local model through agor run: text, a command and a write answered from elsewhere, and a second prompt that knows the first',
  async () => {
    await using world = new World({ name: 'ollama', env: { OLLAMA_HOST: standIn.url } });
    const work = world.folder('work');
    const running = world.start('run', '--cwd', work, '--provider', 'ollama', '--json', 'create run.txt: by agor run');
    const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
    expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    expect(readFileSync(join(work, 'run.txt'), 'utf8')).toBe('by agor run');
    const messages = messagesIn(stdout);
    expect(messages.map(({ type }) => type)).toEqual([
      'init',
      'usage',
      'tool_call',
      'permissionRequest',
      'permissionAnswer',
      'tool_result',
      'text',
      'usage',
      'cost',
    ]);
  },
  LIMIT_MS,
);
