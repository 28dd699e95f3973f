import { createHash } from 'node:crypto';
import { btmsgOperations, bttaskOperations, TEAM_READS, TeamErrorCode } from '@agor/protocol';
import { canonicalJson } from '@agor/providers';
import { z } from 'zod';
import {
  type Actor,
  audit,
  btmsgHandlers,
  DeadLetterFailure,
  mayDo,
  NoRight,
  rights,
  type TeamContext,
  TeamFailure,
  type TeamOperationName,
} from '../btmsg/index.ts';
import { bttaskHandlers } from '../bttask/index.ts';

export interface TeamCall {
  /** Made by whoever asks; the same id is done once. */
  readonly id: string;
  readonly operation: string;
  readonly input: unknown;
}

type Handler = (ctx: TeamContext, actor: Actor, input: unknown, reach: 'group' | 'own') => unknown;
interface Operation {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly handle: Handler;
}

/** A refusal as it is remembered. */
const Refusal = z.object({ code: TeamErrorCode, message: z.string() });

type Schemas = Readonly<Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>>;
const operations: ReadonlyMap<string, Operation> = new Map([
  ...named('btmsg', btmsgOperations, btmsgHandlers),
  ...named('bttask', bttaskOperations, bttaskHandlers),
]);

/** The handlers are typed by their schemas where they stand; here each is called with what its schema has parsed. */
function named(family: string, schemas: Schemas, handlers: object): [string, Operation][] {
  return Object.entries(schemas).map(([name, { input, output }]) => {
    const handle = (handlers as Readonly<Record<string, Handler>>)[name];
    if (!handle) throw new Error(`${family}.${name} is not done by anyone`);
    return [`${family}.${name}`, { input, output, handle }];
  });
}

/**
 * The one way in to btmsg and bttask, for the person and for agents, from every machine: rights are checked here and nowhere else, what
 * is done is committed when this returns, and the same call twice is done once. Throws `TeamFailure` with words for whoever asked.
 */
export function callTeam(ctx: TeamContext, actor: Actor, call: TeamCall): unknown {
  const operation = operations.get(call.operation);
  if (!operation || !isName(call.operation))
    throw new TeamFailure('notFound', `There is no operation "${call.operation}".`);
  // What only looks leaves nothing behind, so it may be done as often as it is asked.
  if (TEAM_READS.has(call.operation)) return look(ctx, actor, operation, call);
  const outcome = ctx.db.write(() => once(ctx, actor, operation, call));
  if (outcome instanceof TeamFailure) throw outcome;
  return outcome;
}

function look(ctx: TeamContext, actor: Actor, operation: Operation, call: TeamCall): unknown {
  try {
    return perform(ctx, actor, operation, call);
  } catch (error) {
    if (error instanceof TeamFailure) ctx.db.write(() => keepTrace(ctx, actor, call, error));
    throw error;
  }
}

/**
 * A call is remembered with its result, or with its refusal, in the transaction that does it: the same id gets the same answer. What a
 * refused one had written by then is rolled back.
 */
function once(ctx: TeamContext, actor: Actor, operation: Operation, call: TeamCall): unknown {
  const fingerprint = createHash('sha256')
    .update(canonicalJson([actor.id, call.operation, call.input]))
    .digest('hex');
  const known = knownAnswer(ctx, call.id, fingerprint);
  if (known) return known.failure ?? known.result;
  try {
    const result = ctx.db.raw.transaction(() => perform(ctx, actor, operation, call))();
    remember(ctx, call.id, fingerprint, result, null);
    return result;
  } catch (error) {
    if (!(error instanceof TeamFailure)) throw error;
    keepTrace(ctx, actor, call, error);
    remember(ctx, call.id, fingerprint, null, error);
    return error;
  }
}

function perform(ctx: TeamContext, actor: Actor, { input, output, handle }: Operation, call: TeamCall): unknown {
  const reach = mayDo(actor, call.operation as TeamOperationName);
  const parsed = input.safeParse(call.input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || call.operation;
    throw new TeamFailure('invalid', `${where}: ${issue?.message ?? 'not understood'}`);
  }
  return output.parse(handle(ctx, actor, parsed.data, reach));
}

/** What a refusal leaves behind: the letter that was not accepted, or that somebody tried what they may not do. */
function keepTrace(ctx: TeamContext, actor: Actor, call: TeamCall, refusal: TeamFailure): void {
  if (refusal instanceof DeadLetterFailure) refusal.keep();
  else if (refusal instanceof NoRight) audit(ctx, actor.id, 'rights_denied', call.operation);
}

function isName(operation: string): operation is TeamOperationName {
  return Object.hasOwn(rights, operation);
}

interface Known {
  readonly result: unknown;
  readonly failure: TeamFailure | null;
}

function knownAnswer({ db: { raw } }: TeamContext, id: string, fingerprint: string): Known | null {
  const row = raw
    .query<{ fingerprint: string; result: string; failure: string | null }, [string]>(
      'SELECT fingerprint, result, failure FROM done_operations WHERE id = ?',
    )
    .get(id);
  if (!row) return null;
  if (row.fingerprint !== fingerprint)
    throw new TeamFailure('invalid', 'This id was used for another operation. A new one needs an id of its own.');
  const refusal = row.failure === null ? null : Refusal.parse(JSON.parse(row.failure));
  return { result: JSON.parse(row.result), failure: refusal && new TeamFailure(refusal.code, refusal.message) };
}

function remember(
  { db: { raw }, clock }: TeamContext,
  id: string,
  fingerprint: string,
  result: unknown,
  refusal: TeamFailure | null,
): void {
  const failure =
    refusal && JSON.stringify({ code: refusal.team, message: refusal.message } satisfies z.input<typeof Refusal>);
  raw
    .query('INSERT INTO done_operations (id, at, fingerprint, result, failure) VALUES (?, ?, ?, ?, ?)')
    .run(id, clock.now(), fingerprint, JSON.stringify(result ?? null), failure);
}
