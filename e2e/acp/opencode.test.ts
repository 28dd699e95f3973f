import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelStandIn, startChatCompletions } from '../standins/chat-completions.ts';
import { messagesIn, World } from '../world/index.ts';
import { opencode } from './agents.ts';
import { commandOf } from './place.ts';
import { testAgent } from './scenarios.ts';

const LIMIT_MS = 240_000;
const INSTALL_LIMIT_MS = 600_000;

let standIn: ModelStandIn;
beforeAll(async () => {
  await commandOf('opencode');
  standIn = startChatCompletions();
}, INSTALL_LIMIT_MS);
afterAll(() => standIn.close());

testAgent(opencode);

test(
  'an ACP agent through agor run: a write that is answered from elsewhere, and a cost',
  async () => {
    await using world = new World({ name: 'acp', env: opencode.env(standIn.url, '') });
    const work = world.folder('work');
    const file = join(work, 'run.txt');
    const running = world.start(
      'run',
      '--cwd',
      work,
      '--provider',
      'acp:opencode',
      '--json',
      `create ${file}: by agor run`,
    );
    const answer = async () => {
      const [, askId = ''] = await running.says(/agor answer (\S+) /, 'stderr');
      expect((await world.agor('answer', askId, 'allow')).exitCode).toBe(0);
    };
    await answer().catch(answer); // it takes longer to start than is waited for
    const { stdout, exitCode } = await running.ended;
    expect(exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('by agor run');
    expect(messagesIn(stdout).map(({ type }) => type)).toEqual([
      'init',
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
