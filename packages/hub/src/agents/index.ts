export { answerPromptId, askOfPrompt } from './answer-prompt.ts';
export type { AgentContext } from './context.ts';
export { interrupt, restart, type SessionCommand, setAgent, stop, stopAll } from './control.ts';
export { cancelPrompt, editPrompt, type PromptCommand, resendPrompt } from './prompts.ts';
export { type QueryInput, query } from './query.ts';
export type { ProjectRunConfig, RunContext } from './run-context.ts';
export { enqueue, runOptions, sendNext, sendPrompt } from './send-next.ts';
