import { type McpServer, type McpServerChoice, McpServerChoices } from '@agor/protocol';
import { z } from 'zod';

/** A server in one line: what is started, or where it is reached. */
export function serverLine(server: McpServer): string {
  return 'url' in server ? server.url : [server.command, ...server.args].join(' ');
}

const texts = z.record(z.string(), z.string());
/** How the instructions of servers and other tools write one down; each has words of its own for the same things. */
const Written = z.looseObject({
  type: z.string().optional(),
  command: z.union([z.string(), z.array(z.string()).nonempty()]).optional(),
  args: z.array(z.string()).optional(),
  env: texts.optional(),
  environment: texts.optional(),
  url: z.string().optional(),
  httpUrl: z.string().optional(),
  serverUrl: z.string().optional(),
  headers: texts.optional(),
  enabled: z.boolean().optional(),
  disabled: z.boolean().optional(),
});
type Written = z.infer<typeof Written>;
type Read =
  | { readonly ok: true; readonly servers: McpServerChoices }
  | { readonly ok: false; readonly problem: string };

/** Reads the servers of a configuration as people find it: `{"mcpServers": …}`, `{"servers": …}`, or the servers by their names. */
export function readPasted(text: string): Read {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `This is no JSON: ${(error as Error).message}` };
  }
  const named = z.record(z.string(), z.unknown()).safeParse(within(given));
  if (!named.success || Object.keys(named.data).length === 0)
    return { ok: false, problem: 'There are no servers in it: { "mcpServers": { "name": { "command": … } } }' };
  if ('command' in named.data || 'url' in named.data)
    return { ok: false, problem: 'It has no name: { "name": { "command": … } }' };
  const servers: Record<string, McpServerChoice> = {};
  for (const [name, one] of Object.entries(named.data)) {
    const written = Written.safeParse(one);
    const server = written.success ? asServer(written.data) : 'neither a program nor an address';
    if (typeof server === 'string') return { ok: false, problem: `${name}: ${server}` };
    servers[name] = server;
  }
  const [issue] = McpServerChoices.safeParse(servers).error?.issues ?? [];
  return issue
    ? { ok: false, problem: [issue.path.join(', '), issue.message].filter(Boolean).join(': ') }
    : { ok: true, servers };
}

function within(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  if ('mcpServers' in given) return given.mcpServers;
  if ('servers' in given) return given.servers;
  return 'mcp' in given ? within(given.mcp) : given;
}

/** Text: why not. */
function asServer(written: Written): McpServerChoice | string {
  const off = written.disabled === true || written.enabled === false ? { enabled: false } : {};
  const url = written.url ?? written.httpUrl ?? written.serverUrl;
  if (written.type === 'sse') return 'servers of the older kind "sse" are not spoken to; most have an HTTP address too';
  if (url !== undefined) return { url, headers: written.headers ?? {}, ...off };
  if (written.command === undefined) return 'neither a program nor an address';
  const [command, ...first] = [written.command].flat() as [string, ...string[]];
  return {
    command,
    args: [...first, ...(written.args ?? [])],
    env: written.env ?? written.environment ?? {},
    ...off,
  };
}
