import type { Prompt, SessionId } from '@agor/protocol';

/** Where a sent prompt stands: `seq` is that of its `promptSent`. `steer`: it goes into a turn that runs, and begins none. */
export interface Sending {
  readonly sessionId: SessionId;
  readonly seq: number;
  readonly steer: boolean;
}

/** Says which trace context a prompt takes along to its agent. */
export type TraceparentOf = (prompt: Prompt, sending: Sending) => string | undefined;

/** Where nothing is exported: who gave the prompt may export by itself, and what the agent calls too. */
export const passedOn: TraceparentOf = (prompt) => prompt.trace?.parent;
