import { claudeAgentAcp } from './agents.ts';
import { testAgent } from './scenarios.ts';

testAgent(claudeAgentAcp);
