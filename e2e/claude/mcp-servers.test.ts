import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { CommandId, newId } from '@agor/protocol';
import { type AnthropicStandIn, BUILT_IN, startAnthropic, text, toolUse, when } from '../standins/anthropic.ts';
import { claudeCli } from '../standins/claude-cli.ts';
import { claudeEnv, World } from '../world/index.ts';

const LIMIT_MS = 180_000;
const KEY = `key-${crypto.randomUUID()}`;

let standIn: AnthropicStandIn;
beforeAll(async () => {
  await claudeCli();
  const whisper = when(/\bwhisper\b/, [toolUse('mcp__whisperer__whisper', {})], ({ results }) => [
    text(`I heard: ${JSON.stringify(results[0]?.content)}`),
  ]);
  standIn = startAnthropic({ script: [whisper, ...BUILT_IN] });
}, 300_000);
afterAll(() => standIn.close());

/** What the model was told last. */
const heard = () => JSON.stringify(standIn.requests.at(-1)?.body?.messages);

test(
  'the real Claude calls a tool of a server of the settings, whose key it does not repeat, and not where its project says no',
  async () => {
    await using world = new World({ name: 'mcp', env: claudeEnv(standIn.url) });
    const work = world.folder('work');
    await world.serve();
    using connection = await world.connect();
    const { client } = connection;
    const whisperer = {
      command: process.execPath,
      args: [join(import.meta.dir, 'mcp-main.ts')],
      env: { WHISPER_SECRET: KEY },
    };
    const broken = { command: join(work, 'no-such-program') };
    await client.settings.set({ commandId: newId(CommandId), key: 'mcp_servers', value: { whisperer, broken } });
    const { projectId } = await client.groups.addProject({ commandId: newId(CommandId), cwd: work });
    const change = (changes: Parameters<typeof client.groups.updateProject>[0]['changes']) =>
      client.groups.updateProject({ commandId: newId(CommandId), projectId, changes });
    await change({ permissionMode: 'bypassPermissions', sandboxEnabled: false });

    const run = () => world.agor('run', '--project', projectId, '--provider', 'claude', '--json', 'whisper');
    const first = await run();
    expect(first.exitCode).toBe(0);
    // The model heard it; what is kept and shown has the name in its place.
    expect(heard()).toContain(KEY);
    expect(first.stdout).toContain('The secret is [secret: WHISPER_SECRET of whisperer]');
    expect(first.stdout).not.toContain(KEY);
    expect(first.stdout).toMatch(/"name":"broken","status":"failed"/);

    await change({ mcpServers: { whisperer: { enabled: false } } });
    expect((await run()).exitCode).toBe(0);
    expect(heard()).toContain('whisper');
    expect(heard()).not.toContain(KEY);
  },
  LIMIT_MS,
);
