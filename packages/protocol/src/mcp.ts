import { z } from 'zod';

/** A server of tools that an agent is to connect to (Model Context Protocol). */
export const McpServer = z.union([
  z.object({
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    env: z.record(z.string(), z.string()).default({}),
  }),
  z.object({ url: z.url(), headers: z.record(z.string(), z.string()).default({}) }),
]);
export type McpServer = z.infer<typeof McpServer>;
export const McpServers = z.record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _'), McpServer);
export type McpServers = z.infer<typeof McpServers>;
