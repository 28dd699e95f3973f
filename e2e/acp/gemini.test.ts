import { gemini } from './agents.ts';
import { testAgent } from './scenarios.ts';

testAgent(gemini);
