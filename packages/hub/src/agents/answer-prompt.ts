import { AskId, PromptId } from '@agor/protocol';

const PREFIX = 'answer-';

/** The id of the prompt that carries the answer to a lapsed ask: from it the ask is found when the agent has the prompt. */
export function answerPromptId(id: AskId): PromptId {
  return PromptId.parse(`${PREFIX}${id}`);
}

/** The ask whose answer this prompt carries, or null for an ordinary prompt. */
export function askOfPrompt(id: PromptId): AskId | null {
  return id.startsWith(PREFIX) ? AskId.parse(id.slice(PREFIX.length)) : null;
}
