import type { FakeHub } from './fake-hub.ts';

/** What came with the newest command of this name. */
export function lastInput(hub: FakeHub, name: string): unknown {
  return hub.received.findLast((command) => command.name === name)?.input;
}
