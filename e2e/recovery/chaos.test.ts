import { expect, test } from 'bun:test';
import { chaos } from '../chaos/chaos.ts';

/** A few seeds of `npm run chaos`, small: the long runs are its own. */
for (const seed of [3, 14, 27]) {
  test(`nothing is lost, doubled or left behind when processes are killed and sockets cut (seed ${seed})`, async () => {
    const { faults, events } = await chaos({ seed, sessions: 2, prompts: 4, faults: 4 });
    expect(faults).toEqual([]);
    expect(events).toBeGreaterThan(20);
  }, 120_000);
}
