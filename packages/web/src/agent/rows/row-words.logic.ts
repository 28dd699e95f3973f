import type { BodyOf, ErrorClass, MessageOf } from '@agor/protocol';
import { count } from '../../ui/format.ts';
import type { RetryRow, RowOf } from '../transcript/rows.ts';
import { duration } from '../words.ts';

const CLASS_WORDS: Record<ErrorClass, string> = {
  rate_limit: 'Too many requests',
  auth: 'Not signed in',
  quota: 'Usage limit reached',
  overloaded: 'The model is overloaded',
  network: 'No connection to the model',
  not_installed: 'The agent is not installed',
  gone: 'The conversation is gone',
  unknown: 'Something went wrong',
};

export function errorTitle(kind: ErrorClass): string {
  return CLASS_WORDS[kind];
}

/** What the person can do about an error of this class. `signIn` is the provider's own hint. */
export function errorHelp(kind: ErrorClass, signIn: string | null): string {
  switch (kind) {
    case 'auth':
      return (
        signIn ?? 'Sign in with the agent’s own program in a terminal, or set its API key, then send the prompt again.'
      );
    case 'quota':
      return 'The plan or the credit behind this account is used up. Add credit, wait for its reset, or choose another model.';
    case 'rate_limit':
      return 'The vendor wants fewer requests. Wait a moment, then send the prompt again.';
    case 'overloaded':
      return 'This is on the vendor’s side and passes. Try again in a moment, or choose another model.';
    case 'network':
      return 'Check the connection, a proxy or a VPN; then send the prompt again.';
    case 'not_installed':
      return 'agor can bring it, or set the path of your own in Settings → Agents.';
    case 'gone':
    case 'unknown':
      return '';
  }
}

export function retryText(row: RetryRow): string {
  const often = row.maxAttempts ? `${row.attempts} of ${row.maxAttempts}` : String(row.attempts);
  return `${row.message ?? errorTitle(row.class)}: tried again (${often})`;
}

export function compactionText({ trigger, preTokens, postTokens }: MessageOf<'compaction'>['content']): string {
  const size =
    postTokens === undefined ? `${count(preTokens)} tokens` : `${count(preTokens)} → ${count(postTokens)} tokens`;
  return `Conversation compacted ${trigger === 'auto' ? 'by itself' : 'on request'} · ${size}`;
}

export function noticeTone(level: BodyOf<'notice'>['level']): 'red' | 'yellow' | 'overlay1' {
  return { error: 'red', warning: 'yellow', info: 'overlay1' }[level] as 'red' | 'yellow' | 'overlay1';
}

/** "sonnet · $0.38 · 120 k in, 4 k out · 4.1 s". */
export function costParts({ cost, model }: RowOf<'cost'>, money: (usd: number) => string): string[] {
  const parts: string[] = [];
  if (model) parts.push(model);
  const spent = cost.costUsd ?? cost.totalCostUsd;
  if (spent > 0) parts.push(money(spent));
  const input = cost.inputTokens + (cost.cacheReadTokens ?? 0) + (cost.cacheCreationTokens ?? 0);
  parts.push(`${count(input)} in, ${count(cost.outputTokens)} out`);
  if (cost.durationMs >= 50) parts.push(duration(cost.durationMs));
  return parts;
}

/** "Thought for 4 s". */
export function thoughtText(durationMs: number | null, open: boolean): string {
  if (open) return 'Thinking…';
  if (durationMs === null || durationMs < 1000) return 'Thought';
  return `Thought for ${durationMs < 60_000 ? `${Math.round(durationMs / 1000)} s` : duration(durationMs)}`;
}
