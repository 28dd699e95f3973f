import type { ErrorClass, TurnOutcome } from '@agor/protocol';
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { classifyFailure, resultError, wasInterrupted } from '../failures.ts';

type Result = Extract<SDKMessage, { type: 'result' }>;

/**
 * How a result ends its turn. `is_error` decides, never `subtype`: a refused key comes as `success`. `failure` is the CLI's own name of what went
 * wrong, from the message before.
 */
export function endOf(
  result: Result,
  failure: string | undefined,
  interrupting: boolean,
): { readonly outcome: TurnOutcome; readonly message?: string; readonly class?: ErrorClass } {
  if (wasInterrupted(result.terminal_reason)) return { outcome: 'interrupted' };
  if (!result.is_error) return { outcome: 'done' };
  if (interrupting && result.subtype === 'error_during_execution') return { outcome: 'interrupted' };
  const success = result.subtype === 'success';
  const message = resultError({
    subtype: result.subtype,
    text: success ? result.result : undefined,
    errors: success ? undefined : result.errors,
  });
  const status = success ? result.api_error_status : undefined;
  return { outcome: 'failed', message, class: classifyFailure(message, failure, status).class };
}

/** What the CLI says when the conversation to resume is unknown to it. */
export function isConversationGone(errors: readonly string[]): boolean {
  return errors.some((error) => error.includes('No conversation found with session ID'));
}

/** An event of ours: what an answer's stream told of it in the end. Its complete messages tell the output as it was when they began. */
export function callEnded(messageId: string, outputTokens: number): Record<string, unknown> {
  return {
    type: 'agor_call_ended',
    uuid: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    messageId,
    usage: { output_tokens: outputTokens },
  };
}
