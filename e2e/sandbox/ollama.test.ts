import { ollama } from './agents.ts';
import { testAttempts } from './attempts.ts';
import { testWork } from './work.ts';

testAttempts(ollama);
testWork(ollama);
