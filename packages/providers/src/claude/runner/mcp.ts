import type { McpServers } from '@agor/protocol';
import { systemClock } from '@agor/runtime';
import type { McpServerConfig, Query } from '@anthropic-ai/claude-agent-sdk';
import { endsWithin } from '../../runner/within.ts';

/** How long the first prompt waits for MCP servers; they may still come later. */
const CONNECT_LIMIT_MS = 10_000;

/**
 * Hands MCP servers to the running CLI. Over its stdin, never as an option: that would put their keys into its command line, for every user of
 * the computer to read. A server that does not connect is no reason not to work: `init` of the transcript tells its state.
 */
export async function connectServers(
  query: Pick<Query, 'setMcpServers'>,
  servers: McpServers,
  log: (line: string) => void,
): Promise<void> {
  if (Object.keys(servers).length === 0) return;
  const connecting = query.setMcpServers(inVendorForm(servers));
  if (!(await endsWithin(systemClock, CONNECT_LIMIT_MS, connecting))) {
    log(`the MCP servers did not connect within ${CONNECT_LIMIT_MS / 1000} s; the session does not wait for them`);
    return;
  }
  try {
    const { errors } = await connecting;
    for (const [name, error] of Object.entries(errors)) log(`the MCP server ${name} did not connect: ${error}`);
  } catch (error) {
    log(`the MCP servers were refused: ${error instanceof Error ? error.message : error}`);
  }
}

function inVendorForm(servers: McpServers): Record<string, McpServerConfig> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [
      name,
      'url' in server ? { type: 'http' as const, ...server } : { type: 'stdio' as const, ...server },
    ]),
  );
}
