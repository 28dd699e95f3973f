import { ORPCError } from '@orpc/client';

import { EXIT, Failure } from './failure-kinds.ts';

export { EXIT, Failure };

/** An error in words for a person. Errors of the hub carry their own; anything else is a bug and shows its stack. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof Failure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof ORPCError) return { message: withDetail(error), exitCode: EXIT.failed };
  if (isDiskProblem(error)) {
    return { message: `${error.message}. Check the disk, and who may write there.`, exitCode: EXIT.failed };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message, exitCode: EXIT.failed };
}

function withDetail(error: ORPCError<string, unknown>): string {
  const data = error.data as
    | { detail?: unknown; issues?: { path?: (string | number)[]; message?: string }[] }
    | undefined;
  if (data?.issues) {
    const places = data.issues.map((issue) => `${issue.path?.join('.') ?? ''}: ${issue.message ?? ''}`);
    return [error.message, ...places].join('\n  ');
  }
  return typeof data?.detail === 'string' ? `${error.message}: ${data.detail}` : error.message;
}

/** What no program can mend: a full or read-only disk, or a folder of someone else's. */
function isDiskProblem(error: unknown): error is Error {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && ['EROFS', 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM'].includes(code);
}
