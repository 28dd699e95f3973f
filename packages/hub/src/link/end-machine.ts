import { type AgorPaths, type Clock, lockHolder, processRef } from '@agor/runtime';
import type { Connection } from './connection.ts';
import { untilGone } from './find-machine.ts';

export interface EndMachineOptions {
  readonly paths: AgorPaths;
  readonly clock: Clock;
  readonly link: { readonly connection: Connection; readonly closed: Promise<string> } | null;
  /** Asks the machine, over the link, to end. */
  readonly shutdown: () => Promise<unknown>;
}

/** Ends the machine with all that runs on it and waits until it is gone. Without a link it is asked by signal. */
export async function endMachine({ paths, clock, link, shutdown }: EndMachineOptions): Promise<void> {
  const machine = link ? processRef(link.connection.welcome.pid) : lockHolder(paths.machineLock);
  if (!machine) return;
  if (link) {
    const asked = shutdown().catch((error: unknown) => {
      // A machine that ends drops the connection before it can answer.
      if (link.connection.isOpen) throw error;
    });
    await Promise.race([asked, link.closed]);
  } else {
    process.kill(machine.pid, 'SIGTERM');
  }
  await untilGone(machine, clock);
}
