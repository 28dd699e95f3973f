import { demo } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(demo);
testWork(demo);
