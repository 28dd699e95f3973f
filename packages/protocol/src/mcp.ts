import { z } from 'zod';
import { TEAM_SERVER } from './team-tools.ts';

const program = {
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
};
const address = { url: z.url(), headers: z.record(z.string(), z.string()).default({}) };
const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _');

/** A server of tools that an agent is to connect to (Model Context Protocol): a program that is started, or an address over HTTP. */
export const McpServer = z.union([z.object(program), z.object(address)]);
export type McpServer = z.infer<typeof McpServer>;
export const McpServers = z.record(name, McpServer);
export type McpServers = z.infer<typeof McpServers>;

const enabled = z.boolean().optional();
/** A server as the person described it, or only the switch of one that is described on a level above (see `heldMcpServers` of session). */
export const McpServerChoice = z.union(
  [z.object({ ...program, enabled }), z.object({ ...address, enabled }), z.strictObject({ enabled: z.boolean() })],
  {
    error: 'a program ({"command", "args", "env"}), an address ({"url", "headers"}), or {"enabled"} of one from above',
  },
);
export type McpServerChoice = z.infer<typeof McpServerChoice>;

/** With more, an agent is told of more tools than it can use. */
const MAX_SERVERS = 50;
/** By the names under which agents see their tools; that of agor's own server is taken. */
export const McpServerChoices = z.record(z.string(), McpServerChoice).superRefine((servers, { addIssue }) => {
  const names = Object.keys(servers);
  for (const given of names) {
    const problem = mcpNameProblem(given);
    if (problem !== null) addIssue({ code: 'custom', path: [given], message: problem });
  }
  if (names.length > MAX_SERVERS) addIssue({ code: 'custom', message: `at most ${MAX_SERVERS} servers` });
});
export type McpServerChoices = z.infer<typeof McpServerChoices>;

/** Why an MCP server can't be called so; null when it can. */
export function mcpNameProblem(given: string): string | null {
  if (given === TEAM_SERVER) return `"${TEAM_SERVER}" is agor's own server: choose another name`;
  return name.safeParse(given).success ? null : 'a name is 1 to 64 letters, digits, - and _';
}
