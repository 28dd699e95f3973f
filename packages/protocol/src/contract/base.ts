import { oc } from '@orpc/contract';
import { z } from 'zod';
import { CommandId } from '../ids.ts';

/** Of every command that changes something: its id, by which it is done once. */
export const command = z.object({ commandId: CommandId });
export const base = oc.errors({
  /** No such session, project, ask… `message` names it. */
  NOT_FOUND: { status: 404 },
  /** The input is well-formed but can't be done; `message` says what to do. */
  REJECTED: { status: 422 },
  /** Someone was faster; `data` says who and what. */
  CONFLICT: { status: 409, data: z.object({ by: z.string(), detail: z.string() }) },
  /** The machine does not answer now. */
  UNREACHABLE: { status: 503 },
});
export const done = z.object({ ok: z.literal(true) });
