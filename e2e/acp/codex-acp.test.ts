import { codexAcp } from './agents.ts';
import { testAgent } from './scenarios.ts';

testAgent(codexAcp);
