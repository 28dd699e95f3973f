import { codexAcp } from '../acp/agents.ts';
import { acp } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(acp(codexAcp));
testWork(acp(codexAcp));
