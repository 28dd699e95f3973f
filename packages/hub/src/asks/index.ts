export { type AnswerInput, answerAsk, answerLapsed } from './answer.ts';
export { AskIndex } from './ask-index.ts';
export { PermissionRules } from './rules.ts';
