import { z } from 'zod';

/** `config.agents.<name>` of a family: an agent of the person's own, or what they want different of a known one. */
export const OwnAgent = z.looseObject({
  command: z.string().optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  mode: z.string().optional(),
});
export type OwnAgent = z.infer<typeof OwnAgent>;

/** The agents that the settings of a family name; one that can't be read is left out, the JSON below shows it. */
export function agentChoices(config: Readonly<Record<string, unknown>>): Record<string, OwnAgent> {
  const { agents } = config;
  if (typeof agents !== 'object' || agents === null) return {};
  return Object.fromEntries(
    Object.entries(agents).flatMap(([name, value]) => {
      const agent = OwnAgent.safeParse(value);
      return agent.success ? [[name, agent.data] as const] : [];
    }),
  );
}

/** What is wrong with a name; empty when nothing is. */
export function nameProblem(name: string): string {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name) ? '' : 'Lower-case letters, digits, dots and dashes';
}
