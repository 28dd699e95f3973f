export { answerPromptId } from './answer-prompt.ts';
export type { AgentContext } from './context.ts';
export { interrupt, restart, type SessionCommand, setAgent, stop, stopAll } from './control.ts';
export { IdleCloser } from './idle-close.ts';
export { LimitLifter } from './limits.ts';
export { cancelPrompt, editPrompt, type PromptCommand, resendPrompt } from './prompts.ts';
export { type QueryInput, query } from './query.ts';
export type { RunContext } from './run-context.ts';
export { enqueue, sendNext } from './send-next.ts';
