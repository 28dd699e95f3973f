import { expect, test } from 'bun:test';
import type { CheckResult, TaskStatus } from '@agor/protocol';
import { rejected, unreachable } from '../../failure.ts';
import type { WatchedChange } from '../../watching/index.ts';
import { API, MINUTE, Place, WEB } from '../testing.ts';
import { checkCondition, fileCondition, taskCondition } from './index.ts';

const flush = async (): Promise<void> => {
  for (let n = 0; n < 20; n++) await Promise.resolve();
};

/** A board with one task. */
function board() {
  let task: { id: string; title: string; status: TaskStatus; version: number } | null = {
    id: 'task-1',
    title: 'Mend it',
    status: 'todo',
    version: 1,
  };
  const place = new Place(({ bus }) => ({ task: taskCondition({ bus, task: () => task }) }));
  const tell = () => place.bus.emit('team', [{ kind: 'task', taskId: 'task-1', groupId: 'g' }]);
  const move = (status: TaskStatus, told = true) => {
    if (task) task = { ...task, status, version: task.version + 1 };
    if (told) tell();
  };
  const remove = () => {
    task = null;
    tell();
  };
  return { place, move, remove };
}
const taskDone = { kind: 'task', taskId: 'task-1', status: 'done' } as const;

test('a task that comes to stand so wakes once, and again when it was moved away and comes back', () => {
  const { place, move } = board();
  using _ = place;
  place.add(taskDone, { prompt: 'Go on with the next.' });
  place.clock.advance(1);
  move('progress');
  expect(place.texts).toEqual([]);
  move('done');
  move('done');
  expect(place.texts).toEqual(['Woken: task task-1 "Mend it" is done\n\nGo on with the next.']);
  place.crash();
  place.clock.advance(1);
  expect(place.texts).toHaveLength(1);
  move('review');
  move('done');
  expect(place.texts).toHaveLength(2);
});

test('a task that stands so already wakes at once: who waits for it must not wait forever', () => {
  const { place, move } = board();
  using _ = place;
  move('done');
  place.add(taskDone, { once: true });
  place.clock.advance(1);
  expect(place.texts).toHaveLength(1);
  expect(place.triggers.list()).toEqual([]);
});

test('what became of a task while the hub was off, or while Stop All held the agent, is told after it', () => {
  const { place, move } = board();
  using _ = place;
  place.add(taskDone);
  place.add(taskDone, { agentId: API });
  place.clock.advance(1);
  place.stopped.stopAll();
  move('done', false);
  place.crash();
  place.clock.advance(1);
  expect(place.texts).toEqual([]);
  place.stopped.resume(WEB);
  place.clock.advance(1);
  expect(place.woken).toEqual(['web: task task-1 is done']);
});

test('a task that is gone is a problem that is said', () => {
  const { place, remove } = board();
  using _ = place;
  place.add(taskDone);
  remove();
  expect(place.triggers.list()[0]?.problem).toBe('The task is gone, so this never fires.');
});

/** A folder whose changes the test tells. */
function folder() {
  const hub = {
    tell: (_: readonly Partial<WatchedChange>[]) => {},
    problem: (_: string | null) => {},
    busy: false,
    watched: 0,
    refuse: null as Error | null,
  };
  const watchFiles = (
    _: unknown,
    onChange: (changes: readonly WatchedChange[], more: boolean) => void,
    onProblem: (text: string | null) => void,
  ): Disposable => {
    if (hub.refuse) throw hub.refuse;
    hub.watched++;
    hub.tell = (changes) =>
      onChange(
        changes.map((one) => ({ path: 'a', file: '/a', kind: 'changed', at: 0, mtimeMs: 0, ...one })),
        false,
      );
    hub.problem = onProblem;
    return { [Symbol.dispose]: () => void hub.watched-- };
  };
  const place = new Place(() => ({
    file: fileCondition({ watching: { watchFiles } as never, isBusy: () => hub.busy }),
  }));
  return { place, hub };
}
const source = { kind: 'file', pattern: 'src/**' } as const;

test('files that change together are one wake, which names them', () => {
  const { place, hub } = folder();
  using _ = place;
  place.add(source);
  hub.tell([{ path: 'src/a.ts', at: 1 }]);
  place.clock.advance(1_500);
  hub.tell([
    { path: 'src/b.ts', at: 2, kind: 'removed' },
    { path: 'src/a.ts', at: 3 },
  ]);
  place.clock.advance(1_999);
  expect(place.texts).toEqual([]);
  place.clock.advance(1);
  expect(place.texts).toEqual(['Woken: src/** changed\n\n- src/a.ts\n- src/b.ts (removed)']);
});

test('files that change without end are told after half a minute', () => {
  const { place, hub } = folder();
  using _ = place;
  place.add(source);
  for (let at = 0; at < 31; at++) {
    hub.tell([{ path: 'src/a.ts', at }]);
    place.clock.advance(1_000);
  }
  expect(place.texts).toHaveLength(1);
});

test('what changes while the agent itself works is its own doing and wakes it not', () => {
  const { place, hub } = folder();
  using _ = place;
  place.add(source);
  hub.busy = true;
  hub.tell([{ path: 'src/a.ts' }]);
  hub.busy = false;
  place.clock.advance(MINUTE);
  expect(place.texts).toEqual([]);
});

test('a folder that is not watched is a problem that is said; under Stop All nothing is watched', () => {
  const { place, hub } = folder();
  using _ = place;
  place.add(source);
  hub.problem('The folder is gone.');
  expect(place.triggers.list()[0]?.problem).toBe('The folder is gone.');
  place.stopped.stopAll();
  expect(hub.watched).toBe(0);
  hub.refuse = rejected('agor watches at most 10 things at once.');
  place.stopped.resumeAll();
  expect(place.triggers.list()[0]?.problem).toBe('agor watches at most 10 things at once.');
});

test('another folder of the agent is watched in place of the one before; the same one as it was', () => {
  const { place, hub } = folder();
  using _ = place;
  place.add(source);
  const told = hub.tell;
  const change = () => place.bus.emit('groups', { version: 1, groups: [], activeGroupId: '' });
  change();
  expect(hub.tell).toBe(told);
  place.folder = '/moved';
  change();
  expect([hub.tell === told, hub.watched]).toEqual([false, 1]);
});

/** A machine that answers checks as the test says. */
function machine() {
  const hub = { asked: [] as { params: unknown; answer: (result: Partial<CheckResult> | Error) => Promise<void> }[] };
  const request = (_: string, params: unknown, options?: { signal?: AbortSignal | undefined }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(rejected('Cancelled.')));
      hub.asked.push({
        params,
        answer: async (result) => {
          if (result instanceof Error) reject(result);
          else resolve({ code: 0, why: `exit code ${result.code ?? 0}`, tail: '', confined: false, ...result });
          await flush();
        },
      });
    });
  const place = new Place(() => ({
    check: checkCondition({ machine: { request }, place: () => ({ cwd: '/code', provider: 'demo' }) }),
  }));
  const answer = (result: Partial<CheckResult> | Error) => hub.asked.at(-1)?.answer(result);
  return { place, hub, answer };
}
const ci = { kind: 'check', command: 'npm test', everyMin: 5 } as const;

test('a check that fails after it had succeeded wakes with the end of what it said, once until it was mended', async () => {
  const { place, hub, answer } = machine();
  using _ = place;
  place.add(ci, { prompt: 'CI is red: mend it.' });
  place.clock.advance(1);
  expect(hub.asked.map(({ params }) => params)).toEqual([
    { cwd: '/code', provider: 'demo', projectId: 'web', command: 'npm test' },
  ]);
  await answer({ code: 0 });
  place.clock.advance(5 * MINUTE);
  await answer({ code: 1, tail: '1 test failed' });
  expect(place.texts).toEqual([
    'Woken: `npm test` fails (exit code 1); it succeeded before\n\nCI is red: mend it.\n\nThe end of what it said:\n\n```\n1 test failed\n```',
  ]);
  expect(place.triggers.list()[0]?.check).toMatchObject({ ok: false, tail: '1 test failed', confined: false });
  place.clock.advance(5 * MINUTE);
  await answer({ code: 1 });
  expect(place.texts).toHaveLength(1);
  place.clock.advance(5 * MINUTE);
  await answer({ code: 0 });
  place.clock.advance(5 * MINUTE);
  await answer({ code: null, why: 'it took too long' });
  expect(place.texts).toHaveLength(2);
});

test('one that was never seen to succeed wakes nobody; what was seen last survives the hub', async () => {
  const { place, hub, answer } = machine();
  using _ = place;
  place.add(ci);
  place.clock.advance(1);
  await answer({ code: 1 });
  place.clock.advance(5 * MINUTE);
  await answer({ code: 0 });
  expect(place.texts).toEqual([]);
  place.crash(MINUTE);
  place.clock.advance(4 * MINUTE - 1);
  expect(hub.asked).toHaveLength(2);
  place.clock.advance(1);
  await answer({ code: 1 });
  expect(place.texts).toHaveLength(1);
});

test('a machine that is away is a problem that is said, no failure; it is tried again soon', async () => {
  const { place, answer } = machine();
  using _ = place;
  place.add(ci);
  place.clock.advance(1);
  await answer({ code: 0 });
  place.clock.advance(5 * MINUTE);
  await answer(unreachable('The machine does not answer.'));
  expect(place.texts).toEqual([]);
  expect(place.triggers.list()[0]?.problem).toContain('The machine does not answer.');
  place.clock.advance(30_000);
  await answer({ code: 0 });
  expect(place.triggers.list()[0]?.problem).toBeNull();
});

test('while Stop All holds the agent its check does not run, and one that runs is ended', async () => {
  const { place, hub, answer } = machine();
  using _ = place;
  place.add(ci);
  place.clock.advance(1);
  await answer({ code: 0 });
  place.clock.advance(5 * MINUTE);
  expect(hub.asked).toHaveLength(2);
  place.stopped.stopAll();
  await flush();
  await answer({ code: 1 });
  place.clock.advance(60 * MINUTE);
  expect(hub.asked).toHaveLength(2);
  expect(place.texts).toEqual([]);
  place.stopped.resumeAll();
  place.clock.advance(1);
  expect(hub.asked).toHaveLength(3);
});

test('two checks run at once, the others wait for their turn', async () => {
  const { place, hub } = machine();
  using _ = place;
  for (let n = 0; n < 4; n++) place.add(ci);
  place.clock.advance(1);
  expect(hub.asked).toHaveLength(2);
  await hub.asked[0]?.answer({});
  expect(hub.asked).toHaveLength(3);
  await hub.asked[1]?.answer({});
  await hub.asked[2]?.answer({});
  expect(hub.asked).toHaveLength(4);
});
