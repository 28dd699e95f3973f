import { opencode } from './agents.ts';
import { testAgent } from './scenarios.ts';

testAgent(opencode);
