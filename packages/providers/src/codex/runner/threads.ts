import type { RunOptions } from '@agor/protocol';
import { overridesOf } from '../config-overrides.ts';
import type { Calls, Thread } from './calls.ts';
import { vendorModel } from './controls.ts';
import { threadParams } from './policies.ts';
import { RpcError } from './rpc.ts';

/**
 * The thread that the session works in: a new one, the one to resume, or a copy of that. Rejects with words for the person when the
 * conversation is gone.
 */
export async function openThread(
  calls: Calls,
  options: RunOptions,
  modelProvider: string | undefined,
): Promise<Thread> {
  const { resumeSessionId: threadId, forkSession } = options;
  const model = vendorModel(options.model);
  const params = {
    ...threadParams(options, overridesOf(options.providerConfig).secrets),
    ...(model === undefined ? {} : { model }),
    ...(modelProvider === undefined ? {} : { modelProvider }),
  };
  if (threadId === undefined) return await calls.startThread(params);
  // What was said is in our own log: Codex need not send it again.
  const again = { ...params, threadId, excludeTurns: true };
  try {
    return await (forkSession ? calls.forkThread(again) : calls.resumeThread(again));
  } catch (error) {
    if (error instanceof RpcError && /not found|no rollout|no such|does not exist/i.test(error.message)) {
      throw new Error(
        `This conversation is gone: Codex has no conversation ${threadId} any more. Start a new session to go on.`,
        { cause: error },
      );
    }
    throw error;
  }
}
