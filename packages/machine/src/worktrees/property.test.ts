import { expect, setDefaultTimeout, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { WorktreeState } from '@agor/protocol';
import fc from 'fast-check';
import { git, write } from '../testing/index.ts';
import type { RemovalStep } from './remove.ts';
import { WorktreeWorld } from './testing.ts';

setDefaultTimeout(600_000); // for a loaded computer

const NAMES = ['one', 'two'] as const;
const name = fc.constantFrom(...NAMES);
const step = fc.constantFrom<RemovalStep | null>('hide', 'giveUp', 'forget', 'discard', null, null);
const path = fc.constantFrom('a.txt', 'b.txt', 'deep/c.txt', 'out/d', 'x.log', 'node_modules/e', 'deep/node_modules/f');
const confirms = fc.constantFrom('no', 'last', 'now');
/** What comes in the place of a folder. */
const place = fc.constantFrom('worktree', 'git', '.removed', '.checking', 'inside');

const action = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('prepare' as const), name }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('edit' as const), name, path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), name, path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('commit' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('detach' as const), name }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('inspect' as const), name }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('remove' as const), name, killedAt: step, confirms }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('link' as const), name, place }) },
);
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never;

class Killed extends Error {}

/** The world, and what must hold in it after each action. */
class Trial implements AsyncDisposable {
  readonly world = new WorktreeWorld();
  readonly #outside = join(this.world.path, 'outside');
  readonly #seen = new Map<string, WorktreeState>();
  #edits = 0;

  constructor() {
    write(this.#outside, { 'one/a.txt': 'theirs', 'keep.txt': 'theirs', '.git/HEAD': 'theirs' });
    write(this.world.repository.path, { 'mine.txt': 'not committed', 'x.log': 'ignored' });
  }

  #folder(which: string): string {
    return join(this.world.worktreesDir, which);
  }

  async run(one: Action): Promise<void> {
    const theirs = this.#whatIsNotOurs();
    if (one.kind === 'restart') await this.world.restart();
    else if (one.kind === 'prepare') {
      const prepared = await this.world.prepare(one.name);
      if (prepared.ok) prepared.value[Symbol.dispose]();
    } else if (one.kind === 'inspect') {
      const state = await this.world.worktrees.inspect(this.#folder(one.name)).catch(() => null);
      if (state) this.#seen.set(one.name, state);
    } else if (one.kind === 'remove') await this.#remove(one);
    else if (one.kind === 'link') this.#link(one.name, one.place);
    else this.#work(one);
    await this.world.worktrees.idle();
    if (['restart', 'prepare', 'inspect', 'remove'].includes(one.kind)) expect(this.#whatIsNotOurs()).toEqual(theirs);
  }

  /** What agents and people do; where it can't be done now nothing happens. */
  #work(one: Extract<Action, { kind: 'edit' | 'delete' | 'commit' | 'merge' | 'detach' }>): void {
    const folder = this.#folder(one.name);
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    try {
      if (one.kind === 'edit') write(folder, { [one.path]: `${++this.#edits}` });
      else if (one.kind === 'delete') rmSync(join(folder, one.path), { force: true });
      else if (one.kind === 'merge') this.world.repository.git('merge', '--quiet', '--no-edit', `agor/${one.name}`);
      else if (!lstatSync(join(folder, '.git')).isFile()) return;
      else if (one.kind === 'commit') this.world.repository.commit({}, folder);
      else git(folder, 'switch', '--quiet', '--detach');
    } catch (error) {
      if (
        !/conflict|not something we can merge|not a git repository|overwritten|ENOTDIR|ENOENT|Merging|EISDIR/.test(
          String(error),
        )
      )
        throw error;
      if (one.kind === 'merge' && existsSync(join(this.world.repository.path, '.git', 'MERGE_HEAD')))
        this.world.repository.git('merge', '--abort');
    }
  }

  /** A link to somebody's folder takes the place of something. What was there stays in the test's memory, not in agor's hands. */
  #link(which: string, where: string): void {
    const folder = this.#folder(which);
    const isThere = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const targets: Record<string, string> = {
      worktree: folder,
      git: join(folder, '.git'),
      '.removed': join(this.world.worktreesDir, '.removed'),
      '.checking': join(this.world.worktreesDir, '.checking'),
      inside: join(folder, 'node_modules'),
    };
    if ((where === 'git' || where === 'inside') && !isThere) return;
    mkdirSync(this.world.worktreesDir, { recursive: true });
    const at = targets[where] as string;
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink())
      rmSync(at); // and away again
    else {
      rmSync(at, { recursive: true, force: true });
      symlinkSync(where === 'git' ? join(this.#outside, '.git') : this.#outside, at);
    }
  }

  async #remove({ name, killedAt, confirms }: Extract<Action, { kind: 'remove' }>): Promise<void> {
    const { world } = this;
    const folder = this.#folder(name);
    const before = this.#precious(folder);
    const state = await world.worktrees.inspect(folder).catch(() => null);
    const confirmed =
      confirms === 'no' ? null : ((confirms === 'now' ? state : this.#seen.get(name))?.fingerprint ?? null);
    world.onStep = (at) => {
      if (at === killedAt) throw new Killed();
    };
    const removed = await world.worktrees.remove(folder, confirmed).catch((error: unknown) => {
      if (!(error instanceof Killed) && (error as Error).name !== 'RequestFailed') throw error;
      return null;
    });
    world.onStep = () => undefined;
    const isConfirmed = state !== null && (state.fingerprint === null || state.fingerprint === confirmed);
    if (!isConfirmed) {
      expect(removed?.kind === 'removed' && before !== null).toBe(false);
      expect(this.#precious(folder)).toEqual(before);
    }
    // It says what it is: nothing to confirm means nothing that only this folder had.
    if (state?.fingerprint === null) expect(before).toEqual({});
    if (removed?.kind === 'removed') expect(existsSync(folder)).toBe(false);
    if (removed === null && killedAt !== null && isConfirmed) {
      // Either it is still whole, perhaps after the next start, or its removal goes on.
      await world.restart();
      await world.worktrees.idle();
      if (existsSync(folder)) expect(this.#precious(folder)).toEqual(before);
    }
  }

  /** The files of a worktree that are nowhere else, and their content; null without one. Made without the product's own eyes. */
  #precious(folder: string): Record<string, string> | null {
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
    const all = filesBelow(folder, (one) => one === '.git' || one === 'node_modules');
    try {
      if (!lstatSync(join(folder, '.git')).isFile()) return all;
      const committed = git(folder, 'ls-tree', '-r', 'HEAD').split('\n').filter(Boolean);
      for (const line of committed) {
        const [, , id] = line.split(/\s/);
        const file = line.slice(line.indexOf('\t') + 1);
        if (all[file] === id) delete all[file];
        else all[file] ??= 'deleted';
      }
      const head = git(folder, 'rev-parse', 'HEAD');
      const branches = git(folder, 'for-each-ref', '--contains', head, 'refs/heads');
      return branches === '' ? { ...all, HEAD: head } : all;
    } catch {
      return all; // git does not know it any more
    }
  }

  /** All files outside of the folder of worktrees, but for what git itself keeps; and every branch with what is on it. */
  #whatIsNotOurs(): unknown {
    const { path: root, repository } = this.world;
    return {
      outside: filesBelow(this.#outside),
      project: filesBelow(repository.path, (one) => one === '.git'),
      index: createHash('sha1')
        .update(readFileSync(join(repository.path, '.git', 'index')))
        .digest('hex'),
      head: readFileSync(join(repository.path, '.git', 'HEAD'), 'utf8'),
      main: repository.git('rev-parse', 'main'),
      top: readdirSync(root).filter((one) => !['data-worktrees', 'log'].includes(one)),
    };
  }

  /** No commit that was on a branch was ever lost. */
  branches(): string[] {
    return this.world.repository.git('for-each-ref', '--format=%(refname)', 'refs/heads').split('\n');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

/** Each file with its blob's id as git counts it; a link by where it leads. */
function filesBelow(
  folder: string,
  isLeftOut: (name: string) => boolean = () => false,
  prefix = '',
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (isLeftOut(entry.name)) continue;
    const full = join(folder, entry.name);
    const file = prefix + entry.name;
    if (entry.isDirectory()) Object.assign(found, filesBelow(full, isLeftOut, `${file}/`));
    else if (entry.isSymbolicLink()) found[file] = `-> ${readlinkSync(full)}`;
    else {
      const content = readFileSync(full);
      found[file] = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    }
  }
  return found;
}

test('whatever is done, and wherever agor is killed: nothing outside is deleted, nothing is lost unasked, no branch goes', async () => {
  const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
  console.log(`the seed of this run: TEST_SEED=${seed}`);
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 20 }), async (actions) => {
      await using trial = new Trial();
      for (const one of NAMES) await trial.world.make(one);
      let branches = trial.branches();
      for (const one of actions) {
        await trial.run(one);
        const now = trial.branches();
        expect(branches.filter((branch) => !now.includes(branch))).toEqual([]);
        branches = now;
      }
      for (const one of NAMES) await trial.run({ kind: 'remove', name: one, killedAt: null, confirms: 'no' });
    }),
    { seed, numRuns: Number(process.env.TEST_RUNS ?? 40) },
  );
});
