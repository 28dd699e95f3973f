import { dropPowers, forbidNewRights } from './capabilities.ts';
import { restrictSelf } from './landlock.ts';
import { takeOrders } from './orders.ts';
import { execute, keepOnExec } from './system-calls.ts';

/**
 * The program `confine`: `confine <descriptor of its orders>`. Confines itself as ordered and becomes the runner. Whatever fails, no runner is
 * started: the machine reads why on stderr. It must not be a part of the runner, for Landlock binds one thread and what is executed from it.
 */
if (import.meta.main) {
  try {
    const { landlock, command } = takeOrders(Number(process.argv[2]));
    forbidNewRights();
    dropPowers();
    if (landlock) restrictSelf(landlock);
    for (const fd of [0, 1, 2]) keepOnExec(fd);
    execute(command);
  } catch (error) {
    process.stderr.write(`The sandbox could not be made, so the agent was not started: ${(error as Error).message}\n`);
    process.exit(126);
  }
}
