import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { Observer } from './observer.ts';

/** What can be done to a running agor from outside. */
export const FAULTS = ['hub', 'machine', 'ptyHost', 'runner', 'sockets', 'stall', 'hubAndMachine', 'restart'] as const;
export type Fault = (typeof FAULTS)[number];

/** How long a stalled hub stands still, in ms. */
const STALL_MS = 300;

export interface Target {
  readonly world: World;
  readonly random: Random;
  readonly observers: readonly Observer[];
  /** Pids of the runners that the log says are alive. */
  runners(): number[];
}

/** Does one fault; a hub that was killed is started again before this resolves. */
export async function strike(fault: Fault, target: Target): Promise<void> {
  const { world, random } = target;
  switch (fault) {
    case 'hub':
      await world.killHub();
      await world.serve();
      return;
    case 'restart':
      world.serving.process.kill('SIGTERM');
      await world.serving.process.exited;
      await world.serve();
      return;
    case 'machine':
      kill(world.machinePid);
      return;
    case 'hubAndMachine':
      kill(world.machinePid);
      await world.killHub();
      await world.serve();
      return;
    case 'ptyHost':
      kill(world.pidOf('pty-host'));
      return;
    case 'runner': {
      const [first, ...rest] = target.runners();
      if (first) kill(random.pick([first, ...rest]));
      return;
    }
    case 'sockets':
      for (const observer of target.observers) if (random.chance(0.7)) observer.cut();
      return;
    case 'stall':
      world.serving.process.kill('SIGSTOP');
      await Bun.sleep(STALL_MS);
      world.serving.process.kill('SIGCONT');
      return;
  }
}

function kill(pid: number | null | undefined): void {
  if (!pid) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it died by itself a moment ago
  }
}
