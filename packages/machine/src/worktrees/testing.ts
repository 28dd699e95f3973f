import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { newId, SessionId } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { TestRepository } from '../testing/index.ts';
import type { RemovalStep } from './remove.ts';
import { Worktrees } from './worktrees.ts';

export interface Wish {
  readonly from?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly session?: SessionId;
}

/** A project, and the worktrees of its sessions, in a temporary folder. */
export class WorktreeWorld implements AsyncDisposable {
  readonly #temp = tempDir();
  readonly path = this.#temp.path;
  readonly repository = new TestRepository(join(this.path, 'project'), {
    'a.txt': 'a\n',
    '.gitignore': '*.log\nnode_modules\nout\n',
  });
  readonly worktreesDir = join(this.path, 'data-worktrees');
  /** Where it throws the machine is as good as killed. */
  onStep: (step: RemovalStep) => void = () => undefined;
  runnerFolders: string[] = [];
  worktrees = this.#open();

  #open(): Worktrees {
    return new Worktrees({
      worktreesDir: this.worktreesDir,
      mark: 'test',
      clock: systemClock,
      log: createLogger({ name: 'test', file: join(this.path, 'log') }),
      runnerFolders: () => this.runnerFolders,
      onStep: (step) => this.onStep(step),
    });
  }

  /** The next machine over the same folders. */
  async restart(): Promise<void> {
    await this.worktrees.close();
    this.onStep = () => undefined;
    this.worktrees = this.#open();
    await this.worktrees.reconcile();
  }

  prepare(name: string, wish: Wish = {}) {
    const { from = this.repository.path, branch = `agor/${name}`, path = join(this.worktreesDir, name) } = wish;
    return this.worktrees.prepare(wish.session ?? newId(SessionId), { path, worktree: { repository: from, branch } });
  }

  /** A worktree that no start holds any more. */
  async make(name: string, wish?: Wish): Promise<string> {
    const prepared = await this.prepare(name, wish);
    if (!prepared.ok) throw new Error(prepared.error);
    prepared.value[Symbol.dispose]();
    return prepared.value.cwd;
  }

  /** What is left of removed worktrees. */
  get leftovers(): string[] {
    return ['.removed', '.checking'].flatMap((name) => {
      const folder = join(this.worktreesDir, name);
      return existsSync(folder) ? readdirSync(folder) : [];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worktrees.close();
    this.#temp[Symbol.dispose]();
  }
}
