import { type BtmsgOperation, type BttaskOperation, btmsgOperations, bttaskOperations } from '@agor/protocol';
import type { z } from 'zod';
import { callTeam } from './transport.ts';

type Operations = { readonly [Name in BtmsgOperation as `btmsg.${Name}`]: (typeof btmsgOperations)[Name] } & {
  readonly [Name in BttaskOperation as `bttask.${Name}`]: (typeof bttaskOperations)[Name];
};
export type OperationName = keyof Operations;

const schemas = Object.fromEntries([
  ...Object.entries(btmsgOperations).map(([name, operation]) => [`btmsg.${name}`, operation]),
  ...Object.entries(bttaskOperations).map(([name, operation]) => [`bttask.${name}`, operation]),
]) as Operations;

export interface Output {
  /** For programs: the result as one line of JSON. */
  readonly json: boolean;
}

const QUEUED = "agor's hub is away. This is kept and will be delivered when it is back.";

/** Does one operation and prints what came of it, for a person by `print` or as JSON. */
export async function ask<Name extends OperationName>(
  name: Name,
  input: z.input<Operations[Name]['input']>,
  { json }: Output,
  print: (result: z.output<Operations[Name]['output']>) => string,
): Promise<void> {
  const outcome = await callTeam(name, input);
  if (outcome.queued) {
    process.stdout.write(json ? `${JSON.stringify({ queued: true })}\n` : `${QUEUED}\n`);
    return;
  }
  const result = schemas[name].output.parse(outcome.result) as z.output<Operations[Name]['output']>;
  process.stdout.write(`${json ? JSON.stringify(result) : print(result)}\n`);
}
