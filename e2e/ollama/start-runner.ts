import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOptions } from '@agor/protocol';
import { RunnerProcess } from '../standins/runner-process.ts';

/** A project and a home of its own for runners of the loop. */
export interface LoopHome extends Disposable {
  readonly work: string;
  /** The whole environment of a runner: nothing of the test's own leaks in except PATH. */
  readonly env: Record<string, string>;
}

export function makeLoopHome(env: Record<string, string> = {}): LoopHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'agor-loop-')));
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path);
    return path;
  };
  return {
    work: folder('work'),
    env: { PATH: process.env.PATH ?? '', HOME: folder('home'), TMPDIR: folder('tmp'), ...env },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Starts the real runner program. */
export function startLoop(home: LoopHome, options: Partial<RunOptions> = {}): RunnerProcess {
  return new RunnerProcess({ provider: 'ollama', work: home.work, env: home.env }, { model: 'qwen3:8b', ...options });
}
