import { expect, test } from 'bun:test';
import { endLeftovers, MARK } from './leftovers.mjs';

test.skipIf(process.platform !== 'linux')(
  'a process that a step left behind is named and ended, a neighbour is not (needs /proc)',
  async () => {
    const start = (mark: string) => Bun.spawn(['sleep', '600'], { env: { ...process.env, [MARK]: mark } });
    const left = start('step-a');
    const neighbour = start('step-b');
    expect(await endLeftovers('step-a', 0)).toEqual(['sleep 600']);
    expect(await left.exited).not.toBe(0);
    expect(neighbour.exitCode).toBeNull();
    expect(await endLeftovers('step-b', 0)).toHaveLength(1);
    expect(await endLeftovers('step-b', 0)).toEqual([]);
  },
);
