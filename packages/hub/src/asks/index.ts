export { type AnswerInput, answerAsk, answerLapsed } from './answer.ts';
export { AskIndex, type IndexedAsk } from './ask-index.ts';
export { PermissionRules } from './rules.ts';
