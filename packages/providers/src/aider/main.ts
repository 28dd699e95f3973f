import { runRunner } from '../runner/index.ts';
import { aider } from './provider.ts';
import { startAider } from './runner.ts';

runRunner({ id: aider.id, createAgent: startAider });
