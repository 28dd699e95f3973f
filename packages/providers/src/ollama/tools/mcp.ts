import type { McpServer, McpServers } from '@agor/protocol';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { mcpOutput } from './mcp-output.ts';
import { fieldsOf, type Tool } from './tool.ts';

const CONNECT_LIMIT_MS = 30_000;
const CALL_LIMIT_MS = 600_000;
const CLOSE_LIMIT_MS = 1_000;
/** Tools of one server; each of them takes room in the model's window. */
const MAX_TOOLS = 128;
const MAX_DESCRIPTION_CHARS = 1_024;
/** Pages of a list that never ends. */
const MAX_PAGES = 20;
/** Model servers take names of at most this length. */
const MAX_NAME_CHARS = 64;

export interface McpState {
  readonly name: string;
  readonly status: 'connected' | 'failed';
  readonly message?: string;
}

/** The MCP servers of a session. They live as long as it does; one that fails leaves the others alone. */
export class McpConnections {
  readonly #clients: Client[] = [];
  readonly tools: Tool[] = [];
  readonly states: McpState[] = [];

  /** Connects to all of them at once. Loads the SDK only when there is a server. */
  async open(servers: McpServers, cwd: string): Promise<void> {
    await Promise.all(Object.entries(servers).map(([name, server]) => this.#connect(name, server, cwd)));
  }

  async close(): Promise<void> {
    const closing = Promise.allSettled(this.#clients.map((client) => client.close()));
    // What does not end by itself is ended with the runner's whole tree.
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS))]);
  }

  async #connect(name: string, server: McpServer, cwd: string): Promise<void> {
    try {
      const sdk = await import('@modelcontextprotocol/sdk/client/index.js');
      const client = new sdk.Client({ name: 'agor', version: '1' });
      this.#clients.push(client);
      await client.connect(await transportOf(server, cwd), { timeout: CONNECT_LIMIT_MS });
      this.tools.push(...(await toolsOf(name, client)));
      this.states.push({ name, status: 'connected' });
    } catch (error) {
      this.states.push({ name, status: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function transportOf(server: McpServer, cwd: string): Promise<Transport> {
  if ('url' in server) {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    // Its optional fields are typed without `undefined`, which `Transport` has.
    return new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: server.headers },
    }) as Transport;
  }
  const { StdioClientTransport, getDefaultEnvironment } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  // The marks by which the machine finds what a session started; none of the model server's keys.
  const marks = Object.entries(process.env).filter(([name]) => name === 'AGOR_SESSION' || name === 'AGOR_MARK');
  const env = { ...getDefaultEnvironment(), ...(Object.fromEntries(marks) as Record<string, string>), ...server.env };
  return new StdioClientTransport({ command: server.command, args: server.args, env, cwd, stderr: 'ignore' });
}

async function toolsOf(server: string, client: Client): Promise<Tool[]> {
  if (!client.getServerCapabilities()?.tools) return [];
  const tools: Tool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES && tools.length < MAX_TOOLS; page++) {
    const { tools: listed, nextCursor } = await client.listTools({ cursor });
    for (const { name, description, inputSchema } of listed)
      tools.push(mcpTool({ server, name, description: description ?? name, inputSchema }, client));
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
  return tools.slice(0, MAX_TOOLS);
}

interface Listed {
  readonly server: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Record<string, unknown>;
}

function mcpTool({ server, name, description, inputSchema }: Listed, client: Client): Tool {
  const fullName = `mcp__${server}__${name}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, MAX_NAME_CHARS);
  const title = `Use ${name} of ${server}`;
  return {
    name: fullName,
    description: description.slice(0, MAX_DESCRIPTION_CHARS),
    kind: 'other',
    readOnly: false,
    inputSchema,
    parse: fieldsOf,
    title: () => title,
    consent: async () => ({
      ruleName: fullName,
      edits: false,
      title,
      alwaysLabel: `Always allow ${name} of ${server} in this project`,
      alwaysScope: 'tool',
    }),
    run: async (input, { signal }) => {
      const options = { signal, timeout: CALL_LIMIT_MS };
      return mcpOutput(await client.callTool({ name, arguments: fieldsOf(input) }, undefined, options));
    },
  };
}
