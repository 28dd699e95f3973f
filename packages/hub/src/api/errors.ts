import type { Logger } from '@agor/runtime';
import { ORPCError, ValidationError } from '@orpc/server';
import { Failure } from '../failure.ts';

const MAX_ISSUES = 3;
/** As the contract has them: an error with another status would reach clients as one that is not in the contract. */
const STATUS = { NOT_FOUND: 404, REJECTED: 422, CONFLICT: 409, UNREACHABLE: 503 } as const;

/** What a client is told of an error: an expected failure as it is, bad input in words, a bug by the id under which the log has it. */
export function toWireError(error: unknown, path: readonly string[], log: Logger): unknown {
  if (error instanceof Failure) {
    const { code, message, data } = error;
    return new ORPCError(code, { defined: true, status: STATUS[code], message, data, cause: error });
  }
  // An answer of ours that does not fit its schema is a bug as well.
  if (error instanceof ORPCError && !(error.cause instanceof ValidationError && error.code === 'INTERNAL_SERVER_ERROR'))
    return isBadInput(error) ? badInput(error, path) : error;
  const id = crypto.randomUUID().slice(0, 8);
  log.error(`${path.join('.')} failed`, { id, error });
  return new ORPCError('INTERNAL_SERVER_ERROR', {
    message: `agor made a mistake (${id}). Its log, hub.log in the data folder, has the details under that number.`,
    data: { id },
  });
}

/** A stream's failures come while it runs, past the procedure's own handling. */
export async function* withWireErrors<T>(
  stream: AsyncGenerator<T, void>,
  path: readonly string[],
  log: Logger,
): AsyncGenerator<T, void> {
  try {
    yield* stream;
  } catch (error) {
    throw toWireError(error, path, log);
  }
}

type BadInput = ORPCError<string, unknown> & { readonly cause: ValidationError };

function isBadInput(error: ORPCError<string, unknown>): error is BadInput {
  return error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError;
}

function badInput(error: BadInput, path: readonly string[]): ORPCError<string, unknown> {
  const { issues } = error.cause;
  const told = issues.slice(0, MAX_ISSUES).map((issue) => {
    const field = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  const more = issues.length > MAX_ISSUES ? ` (and ${issues.length - MAX_ISSUES} more)` : '';
  return new ORPCError('BAD_REQUEST', {
    message: `${path.join('.')} can't take this input. ${told.join('; ')}${more}`,
    data: { issues: issues.map(({ message, path: at }) => ({ message, path: at })) },
    cause: error,
  });
}
