import { z } from 'zod';
import { findAgent } from './agents/index.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** `providers.acp.config.agents.<name>`: an agent of the person's own, or what they want different of one that agor knows. */
export const AgentSettings = z.looseObject({
  /** The program: a path, or a name on PATH. */
  command: z.string().min(1).optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  /** The agent's mode for the permission mode `default`; a run is refused when the agent does not offer it. */
  mode: z.string().min(1).optional(),
});
export type AgentSettings = z.infer<typeof AgentSettings>;

/** `providers.acp.config`. */
export const AcpConfig = z.looseObject({
  /** Version 2 of the protocol is a draft: it is spoken only where an agent offers nothing else, or where this is 2. */
  protocol: z.union([z.literal(1), z.literal(2)]).optional(),
  agents: z
    .record(z.string(), AgentSettings)
    .default({})
    .superRefine((known, context) => {
      for (const [name, { command }] of Object.entries(known)) {
        const path = [name];
        if (!NAME.test(name))
          context.addIssue({ code: 'custom', path, message: 'a name is lower-case letters, digits, dots and dashes' });
        else if (command === undefined && !findAgent(name))
          context.addIssue({ code: 'custom', path, message: `agor knows no agent "${name}": give its command` });
      }
    }),
});
export type AcpConfig = z.infer<typeof AcpConfig>;

/** What is understood of the settings; an agent that is not is left out, and the settings screen says what is wrong with it. */
export function agentsOf(config: Readonly<Record<string, unknown>> | undefined): Record<string, AgentSettings> {
  const raw = z.record(z.string(), z.unknown()).safeParse(config?.agents);
  const named = Object.entries(raw.success ? raw.data : {}).flatMap(([name, value]) => {
    const agent = AgentSettings.safeParse(value);
    const known = agent.success && NAME.test(name) && (agent.data.command !== undefined || findAgent(name));
    return known ? [[name, agent.data] as const] : [];
  });
  return Object.fromEntries(named);
}
