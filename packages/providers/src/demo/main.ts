import { runRunner } from '../runner/index.ts';
import { demoRunner } from './runner.ts';

runRunner(demoRunner);
