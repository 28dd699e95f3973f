import { expect, test } from 'bun:test';
import { PromptId, type WakeStanding } from '@agor/protocol';
import { notFound, rejected } from '../failure.ts';
import { cronCondition } from './conditions/index.ts';
import { API, idle, MINUTE, Place, WEB } from './testing.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const cron = (expression: string) => ({ kind: 'cron' as const, expression, timeZone: 'UTC' });
const start = () => new Place(() => ({ cron: cronCondition }));

test('a cron wakes its agent at its times; the prompt begins with the reason, the audit and the person are told', () => {
  using place = start();
  place.add(cron('0 8 * * 1-5'), { prompt: 'Look at the nightly build.' });
  place.clock.advance(29_000);
  expect(place.texts).toEqual([]);
  place.clock.advance(1_000);
  expect(place.texts).toEqual(['Woken: cron 0 8 * * 1-5 (UTC)\n\nLook at the nightly build.']);
  expect(place.sessions.prompts[0]).toMatchObject({ source: 'agor', wake: 'cron 0 8 * * 1-5 (UTC)' });
  expect(place.notes).toEqual([expect.stringContaining('web wake_event cron 0 8 * * 1-5 (UTC): session ')]);
  expect(place.woken).toEqual(['web: cron 0 8 * * 1-5 (UTC)']);
  place.clock.advance(DAY);
  expect(place.texts).toHaveLength(2);
});

test('it is told when it comes next, and when it came last', () => {
  using place = start();
  const told: WakeStanding[] = [];
  place.bus.on('wake', (wake) => void told.push(wake));
  place.add(cron('0 8 * * *'));
  expect(place.triggers.list()[0]).toMatchObject({ nextAt: Date.parse('2026-11-23T08:00:00Z'), lastFiredAt: null });
  place.clock.advance(MINUTE);
  expect(told.at(-1)?.triggers[0]).toMatchObject({
    nextAt: Date.parse('2026-11-24T08:00:00Z'),
    lastFiredAt: Date.parse('2026-11-23T08:00:00Z'),
    problem: null,
  });
});

test('it goes to the newest session of the agent, and only an agent without one gets a new one', () => {
  using place = start();
  place.sessions.put(idle('old', WEB));
  place.sessions.put(idle('new', WEB));
  place.add(cron('0 8 * * *'));
  place.add(cron('0 8 * * *'), { agentId: API });
  place.clock.advance(MINUTE);
  expect([...place.sessions.taken.values()].map(({ sessionId }) => sessionId)).toEqual([
    'new',
    expect.stringContaining('session of wake:'),
  ]);
  expect(place.sessions.created).toBe(1);
});

test('what was missed while the hub was off is made up for once, by the last time within a day', () => {
  using place = start();
  place.add(cron('0 * * * *'));
  place.clock.advance(MINUTE);
  place.crash(5 * HOUR + 10 * MINUTE);
  place.clock.advance(MINUTE);
  expect(place.texts).toEqual([
    'Woken: cron 0 * * * * (UTC)',
    'Woken: cron 0 * * * * (UTC); its time was 2026-11-23T13:00:00.000Z, agor could not say so then',
  ]);
});

test('what was missed longer ago than a day is not', () => {
  using place = start();
  place.add(cron('0 8 * * 1'));
  place.clock.advance(MINUTE);
  place.crash(8 * DAY + HOUR);
  place.clock.advance(MINUTE);
  expect(place.texts).toHaveLength(1);
  place.clock.advance(7 * DAY);
  expect(place.texts).toHaveLength(2);
});

test('one that is meant for once is gone after it fired, and one that is switched off does not fire nor make up', () => {
  using place = start();
  place.add(cron('0 8 * * *'), { once: true });
  const off = place.add(cron('0 8 * * *'), { agentId: API });
  place.store.update(off, { enabled: false });
  place.triggers.sync();
  place.clock.advance(MINUTE);
  expect(place.texts).toHaveLength(1);
  expect(place.triggers.list().map(({ id, nextAt }) => [id, nextAt])).toEqual([[off, null]]);
  place.store.update(off, { enabled: true });
  place.triggers.sync();
  place.clock.advance(HOUR);
  expect(place.texts).toHaveLength(1);
});

test('while one waits in the queue of a busy agent no other of the same trigger is added: each costs', () => {
  using place = start();
  const id = place.add(cron('* * * * *'));
  place.sessions.put(idle('s', WEB));
  place.clock.advance(MINUTE);
  const waiting = { id: PromptId.parse(`wake:${id}:1`), text: '', images: [], source: 'agor' as const };
  place.sessions.put({ ...idle('s', WEB), queue: [waiting] });
  place.clock.advance(10 * MINUTE);
  expect(place.texts).toHaveLength(1);
  place.sessions.put(idle('s', WEB));
  place.clock.advance(MINUTE);
  expect(place.texts).toHaveLength(2);
});

test('an agent that Stop All holds is not woken, also by a hub that starts anew, and what was missed is not made up for', () => {
  using place = start();
  place.add(cron('*/10 * * * *'));
  place.add(cron('*/10 * * * *'), { agentId: API });
  place.stopped.stopAll();
  place.crash(HOUR);
  place.clock.advance(HOUR);
  expect(place.texts).toEqual([]);
  expect(place.triggers.list().map(({ nextAt }) => nextAt)).toEqual([null, null]);
  place.stopped.resume(WEB);
  expect(place.stopped.list()).toEqual([API]);
  place.clock.advance(10 * MINUTE);
  expect(place.woken).toEqual(['web: cron */10 * * * * (UTC)']);
  place.stopped.resumeAll();
  place.clock.advance(10 * MINUTE);
  expect(place.woken.filter((one) => one.startsWith('api'))).toHaveLength(1);
});

test('one that was put down before Stop All waits for the agent to be freed', () => {
  using place = start();
  place.add(cron('0 8 * * *'));
  place.sessions.fault = { when: 'before', error: rejected('The queue is full.') };
  place.clock.advance(MINUTE);
  place.stopped.stopAll();
  place.clock.advance(10 * MINUTE);
  expect(place.texts).toEqual([]);
  place.stopped.resumeAll();
  expect(place.texts).toHaveLength(1);
});

test('an agent that can not be woken is tried again, and its session is chosen anew when it is gone', () => {
  using place = start();
  place.sessions.put(idle('gone', WEB));
  place.add(cron('0 8 * * *'));
  place.sessions.fault = { when: 'before', error: notFound('There is no session gone.') };
  place.clock.advance(MINUTE);
  expect(place.triggers.list()[0]?.problem).toBe('The agent could not be woken: There is no session gone.');
  place.sessions.sessions.clear();
  place.clock.advance(MINUTE);
  expect([...place.sessions.taken.values()]).toMatchObject([{ sessionId: expect.stringContaining('session of') }]);
});

test('one that fires without end rests after so many times within the hour', () => {
  let again: (n: number) => void = () => {};
  using place = new Place(() => ({
    cron: (_, watcher) => {
      again = (n) => watcher.fire(n, 'again', {});
      return { [Symbol.dispose]: () => {} };
    },
  }));
  place.add(cron('* * * * *'));
  for (let n = 0; n < 100; n++) again(n);
  expect(place.texts).toHaveLength(60);
  expect(place.triggers.list()[0]?.problem).toContain('60 times within an hour');
  place.clock.advance(HOUR + 1);
  again(1_000);
  expect(place.texts).toHaveLength(61);
  expect(place.triggers.list()[0]?.problem).toBeNull();
});

test('the wakes of an agent are bounded, and those of agents that are gone rest', () => {
  using place = start();
  for (let n = 0; n < 50; n++) place.add(cron('0 9 * * *'));
  expect(() => place.add(cron('0 9 * * *'))).toThrow('at most 50 wakes');
  place.present = new Set([API]);
  place.bus.emit('groups', { version: 1, groups: [], activeGroupId: '' });
  expect(place.triggers.list()).toEqual([]);
  place.clock.advance(2 * DAY);
  expect(place.texts).toEqual([]);
});

test('each time wakes exactly once, whatever the hub dies of and whenever', () => {
  class Crash extends Error {}
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
  console.log(`wakes: SEED=${seed}`);
  let x = seed >>> 0;
  const random = (n: number): number => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((x / 2 ** 32) * n);
  };
  using place = start();
  place.add(cron('*/10 * * * *'));
  const begin = place.clock.now();
  for (let n = 0; n < 120; n++) {
    const what = random(4);
    if (what === 0) place.sessions.fault = { when: random(2) === 0 ? 'before' : 'after', error: new Crash('kill -9') };
    if (what === 1) place.crash();
    if (what === 2 && random(4) === 0) place.sessions.sessions.clear();
    try {
      place.clock.advance(10 * MINUTE);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      place.crash();
    }
    // Whatever it was in the middle of, the next hub finishes.
    place.clock.advance(1);
  }
  const ids = [...place.sessions.taken.keys()].map((id) => Number(id.split(':').at(-1)));
  const expected: number[] = [];
  for (let at = Date.parse('2026-11-23T08:00:00Z'); at <= place.clock.now(); at += 10 * MINUTE) expected.push(at);
  expect(begin).toBeLessThan(expected[0] ?? 0);
  expect(ids.toSorted()).toEqual(expected);
});
