import { codex } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(codex);
testWork(codex);
