import { expect, test } from 'bun:test';
import { ManualClock } from '@agor/runtime/testing';
import { z } from 'zod';
import { RequestFailed, Requests } from './requests.ts';

type Answer = { t: string; id: string; code?: string; message?: string; result?: unknown };

function setUp() {
  const clock = new ManualClock();
  const requests = new Requests(clock);
  const answers: Answer[] = [];
  const session = requests.session((answer) => void answers.push(answer as Answer));
  return { clock, requests, answers, session };
}

test('a request reports progress and its result', async () => {
  const { requests, answers, session } = setUp();
  requests.register('add', {
    params: z.object({ a: z.number(), b: z.number() }),
    handle: ({ a, b }, { progress }) => {
      progress('adding');
      return a + b;
    },
  });
  await session.start('1', 'add', { a: 1, b: 2 });
  expect(answers).toEqual([
    { t: 'progress', id: '1', message: 'adding' },
    { t: 'result', id: '1', result: 3 },
  ]);
});

test('a request that never ends fails at its time limit, is cancelled by the hub, or by its going away; each answers once', async () => {
  const { clock, requests, answers, session } = setUp();
  const aborted: string[] = [];
  requests.register('wait', {
    params: z.string(),
    limitMs: 1_000,
    handle: (name, { signal }) => {
      signal.addEventListener('abort', () => aborted.push(name));
      return new Promise(() => undefined);
    },
  });
  const late = session.start('late', 'wait', 'late');
  clock.advance(1_000);
  await late;
  const cancelled = session.start('cancelled', 'wait', 'cancelled');
  session.cancel('cancelled');
  await cancelled;
  const gone = session.start('gone', 'wait', 'gone');
  session[Symbol.dispose]();
  await gone;
  expect(answers.map(({ id, code }) => [id, code])).toEqual([
    ['late', 'timeout'],
    ['cancelled', 'cancelled'],
    ['gone', 'cancelled'],
  ]);
  expect(aborted).toEqual(['late', 'cancelled', 'gone']);
  expect(clock.pending).toBe(0);
});

test('an expected failure keeps its code', async () => {
  const { requests, answers, session } = setUp();
  requests.register('open', {
    params: z.unknown(),
    handle: () => {
      throw new RequestFailed('noSuchFile', 'There is no such file.');
    },
  });
  await session.start('1', 'open', null);
  expect(answers).toEqual([{ t: 'failure', id: '1', code: 'noSuchFile', message: 'There is no such file.' }]);
});
