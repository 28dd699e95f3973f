import { claude } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(claude);
testWork(claude);
