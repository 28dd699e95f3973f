export { AskIndex } from './ask-index.ts';
export { PermissionRules } from './rules.ts';
