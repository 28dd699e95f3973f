export { startOllama } from './agent.ts';
