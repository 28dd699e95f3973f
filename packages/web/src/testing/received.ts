import type { FakeHub } from './fake-hub.ts';

/** What came with each command of this name, the oldest first. */
export function inputsOf(hub: FakeHub, name: string): unknown[] {
  return hub.received.filter((command) => command.name === name).map(({ input }) => input);
}

/** What came with the newest command of this name. */
export function lastInput(hub: FakeHub, name: string): unknown {
  return hub.received.findLast((command) => command.name === name)?.input;
}
