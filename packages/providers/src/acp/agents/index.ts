import { claudeAgentAcp, codexAcp, gemini, opencode, qwen } from './tested.ts';
import type { AcpAgent } from './types.ts';
import { untested } from './untested.ts';

export type { AcpAgent } from './types.ts';

/** The agents that agor knows by itself, in the order in which people see them. */
export const agents: readonly AcpAgent[] = [opencode, gemini, qwen, claudeAgentAcp, codexAcp, ...untested];

export function findAgent(name: string | undefined): AcpAgent | undefined {
  return agents.find((agent) => agent.name === name);
}
