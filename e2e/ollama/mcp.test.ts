import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { processesWithEnv } from '@agor/runtime';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { toolUse } from '../standins/anthropic-script.ts';
import { text, when } from '../standins/model-script.ts';
import { type ModelStandIn, startOllama } from '../standins/ollama.ts';
import { type LoopHome, makeLoopHome, startLoop } from './start-runner.ts';

const SERVER = {
  command: process.execPath,
  args: [join(import.meta.dir, '..', 'claude', 'mcp-main.ts')],
  env: { WHISPER_SECRET: 'tea' },
};

/** Far more than it takes; other work may hold the processors. */
setDefaultTimeout(60_000);

let standIn: ModelStandIn;
let home: LoopHome;

beforeAll(() => {
  const whisper = when(/whisper/, [toolUse('mcp__whisperer__whisper', {})], ({ results }) => [
    text(`Heard: ${results[0]?.text}`),
  ]);
  standIn = startOllama({ scenarios: [whisper] });
  home = makeLoopHome({ OLLAMA_HOST: standIn.url, OLLAMA_API_KEY: 'secret' });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await standIn.close();
});

test('a tool of an MCP server is offered, asked for by its name and called; its process ends with the runner', async () => {
  const runner = startLoop(home, { mcpServers: { whisperer: SERVER } });
  runner.prompt('whisper');
  const ask = await runner.ask();
  expect(ask).toMatchObject({
    toolName: 'mcp__whisperer__whisper',
    title: 'Use whisper of whisperer',
    alwaysScope: 'tool',
  });
  expect(processesWithEnv('AGOR_SESSION', runner.sessionId)).toHaveLength(2);
  runner.answer(ask, { kind: 'permission', decision: 'allow' });
  await runner.turnEnded();
  expect(runner.texts()).toEqual(['Heard: The secret is tea.']);
  expect(runner.messages()[0]?.content).toMatchObject({ mcpServers: [{ name: 'whisperer', status: 'connected' }] });
  expect(processesWithEnv('OLLAMA_API_KEY', 'secret').filter((pid) => pid !== runner.pid)).toEqual([]);
  await runner[Symbol.asyncDispose]();
  expect(processesWithEnv('AGOR_SESSION', runner.sessionId)).toEqual([]);
});

test('a server that is reached by HTTP gets its headers, and its tool is called', async () => {
  const tokens = new Set<string | null>();
  const http = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      tokens.add(request.headers.get('x-token'));
      const server = new McpServer({ name: 'web', version: '1.0.0' });
      server.registerTool('whisper', { description: 'Tells' }, () => ({
        content: [{ type: 'text', text: 'by HTTP' }],
      }));
      // Without a session: each request is answered by itself.
      const transport = new WebStandardStreamableHTTPServerTransport({});
      await server.connect(transport);
      return await transport.handleRequest(request);
    },
  });
  try {
    await using runner = startLoop(home, {
      permissionMode: 'bypassPermissions',
      providerConfig: {
        mcpServers: { whisperer: { url: `http://127.0.0.1:${http.port}/mcp`, headers: { 'x-token': 't' } } },
      },
    });
    runner.prompt('whisper');
    await runner.turnEnded();
    expect(runner.texts()).toEqual(['Heard: by HTTP']);
    expect([...tokens]).toEqual(['t']);
  } finally {
    await http.stop(true);
  }
});

test('a server that cannot be started is told, and the session goes on without it', async () => {
  await using runner = startLoop(home, {
    mcpServers: { broken: { command: '/nowhere/to/be/found', args: [], env: {} } },
    providerConfig: { mcpServers: { gone: { url: 'http://127.0.0.1:1/mcp' } } },
  });
  runner.prompt('hello');
  expect(await runner.turnEnded()).toMatchObject({ outcome: 'done' });
  const told = runner.messages().filter((each) => each.type === 'status' && each.content.subtype === 'mcp');
  expect(told).toHaveLength(2);
});
