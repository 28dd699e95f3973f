import type { BtmsgOperation, BttaskOperation, btmsgOperations, bttaskOperations } from '@agor/protocol';
import type { z } from 'zod';
import { Failure } from '../failure-kinds.ts';
import { printOut } from './print-out.ts';
import { callTeam } from './transport.ts';
import type { Output } from './usage.ts';

type Operations = { readonly [Name in BtmsgOperation as `btmsg.${Name}`]: (typeof btmsgOperations)[Name] } & {
  readonly [Name in BttaskOperation as `bttask.${Name}`]: (typeof bttaskOperations)[Name];
};
export type OperationName = keyof Operations;

const QUEUED = "agor's hub is away. This is kept and will be delivered when it is back.";

/**
 * Does one operation and prints what came of it, for a person by `print` or as JSON. The hub has checked input and result by the
 * operation's schemas; to make all the schemas here once more would cost a third of a command's time.
 */
export async function ask<Name extends OperationName>(
  name: Name,
  input: z.input<Operations[Name]['input']>,
  { json }: Output,
  print: (result: z.output<Operations[Name]['output']>) => string,
): Promise<void> {
  const outcome = await callTeam(name, input);
  if (outcome.queued) await printOut(json ? JSON.stringify({ queued: true }) : QUEUED);
  else if (json) await printOut(JSON.stringify(outcome.result));
  else {
    const words = printed(outcome.result, print);
    if (words !== '') await printOut(words);
  }
}

/** A hub of another version may answer in a form that our words do not fit. */
function printed<Result>(result: unknown, print: (result: Result) => string): string {
  try {
    return print(result as Result);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `It was done, but the answer is not understood here (${why}). With --json it is shown as it came.`,
    );
  }
}
