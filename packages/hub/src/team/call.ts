import { createHash } from 'node:crypto';
import { btmsgOperations, bttaskOperations } from '@agor/protocol';
import { canonicalJson } from '@agor/providers';
import type { z } from 'zod';
import {
  type Actor,
  audit,
  btmsgHandlers,
  DeadLetterFailure,
  mayDo,
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

const KEPT_RESULTS = 50_000;
const TRIM_EVERY = 1_000;

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
  const reach = allowed(ctx, actor, call.operation);
  const parsed = operation.input.safeParse(call.input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TeamFailure(
      'invalid',
      `${issue?.path.join('.') || call.operation}: ${issue?.message ?? 'not understood'}`,
    );
  }
  const work = () => operation.output.parse(operation.handle(ctx, actor, parsed.data, reach));
  try {
    return ctx.db.write(() => once(ctx, actor, call, work));
  } catch (error) {
    if (error instanceof DeadLetterFailure) ctx.db.write(error.keep);
    throw error;
  }
}

function isName(operation: string): operation is TeamOperationName {
  return Object.hasOwn(rights, operation);
}

function allowed(ctx: TeamContext, actor: Actor, operation: TeamOperationName): 'group' | 'own' {
  try {
    return mayDo(actor, operation);
  } catch (error) {
    ctx.db.write(() => audit(ctx, actor.id, 'rights_denied', operation));
    throw error;
  }
}

/** A call is remembered with its result in the transaction that does it; one that throws is not. */
function once(ctx: TeamContext, actor: Actor, call: TeamCall, work: () => unknown): unknown {
  const { raw } = ctx.db;
  const fingerprint = createHash('sha256')
    .update(canonicalJson([actor.id, call.operation, call.input]))
    .digest('hex');
  const known = raw
    .query<{ fingerprint: string; result: string }, [string]>(
      'SELECT fingerprint, result FROM done_operations WHERE id = ?',
    )
    .get(call.id);
  if (known) {
    if (known.fingerprint !== fingerprint)
      throw new TeamFailure('invalid', 'This id was used for another operation. A new one needs an id of its own.');
    return JSON.parse(known.result);
  }
  const result = work();
  const { lastInsertRowid } = raw
    .query('INSERT INTO done_operations (id, at, fingerprint, result) VALUES (?, ?, ?, ?)')
    .run(call.id, ctx.clock.now(), fingerprint, JSON.stringify(result ?? null));
  const position = Number(lastInsertRowid);
  if (position % TRIM_EVERY === 0)
    raw.query('DELETE FROM done_operations WHERE position <= ?').run(position - KEPT_RESULTS);
  return result;
}
