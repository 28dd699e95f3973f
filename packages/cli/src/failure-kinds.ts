/** Exit codes (issue "First light"): what a script can rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Something that the person can do something about; printed without a stack. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
  }
}
