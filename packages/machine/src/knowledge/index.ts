export { registerKnowledgeRequests } from './requests.ts';
