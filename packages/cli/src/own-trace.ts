import { type PromptTrace, Traceparent } from '@agor/protocol';

/** The trace that this command runs in, by the variable that tools hand on; what is no trace context counts as none. */
export function ownTrace(env: Readonly<Record<string, string | undefined>> = process.env): { trace?: PromptTrace } {
  const parent = Traceparent.safeParse(env.TRACEPARENT);
  return parent.success ? { trace: { parent: parent.data } } : {};
}
