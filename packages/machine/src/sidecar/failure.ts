import type { ErrorClass } from '@agor/protocol';

/** Why a command could not be done, in words that tell the person what to do. */
export interface CommandFailure {
  readonly message: string;
  readonly class: ErrorClass;
}
