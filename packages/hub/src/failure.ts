/** The kinds of failure that the contract names; the API layer hands them to the client as they are. */
export type FailureCode = 'NOT_FOUND' | 'REJECTED' | 'CONFLICT' | 'UNREACHABLE';

/**
 * An expected failure of a command: the input was understood, but it can't be done. `message` is for a person and says
 * what to do. Anything else that is thrown is a bug.
 */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    message: string,
    /** Only with CONFLICT: who was faster, and what they did. */
    readonly data?: { readonly by: string; readonly detail: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export const notFound = (message: string): Failure => new Failure('NOT_FOUND', message);
export const rejected = (message: string, cause?: unknown): Failure =>
  new Failure('REJECTED', message, undefined, { cause });
export const conflict = (message: string, by: string, detail: string): Failure =>
  new Failure('CONFLICT', message, { by, detail });
export const unreachable = (message: string): Failure => new Failure('UNREACHABLE', message);
