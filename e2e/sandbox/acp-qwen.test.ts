import { qwen } from '../acp/agents.ts';
import { acp } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(acp(qwen));
testWork(acp(qwen));
