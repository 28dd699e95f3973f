export { Conversations } from './conversations.ts';
