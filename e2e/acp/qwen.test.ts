import { qwen } from './agents.ts';
import { testAgent } from './scenarios.ts';

testAgent(qwen);
