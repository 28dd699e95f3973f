import type { MachineState } from '@agor/protocol';

/** How the link to the machine reads in the status bar. */
export function machineLabel(machine: MachineState | null): { text: string; color: 'green' | 'yellow' | 'red' } {
  switch (machine?.state) {
    case undefined:
    case 'starting':
      return { text: 'machine starting', color: 'yellow' };
    case 'connected':
      return { text: 'this machine', color: 'green' };
    case 'outdated':
      return { text: 'machine: older version', color: 'yellow' };
    case 'lost':
      return { text: 'machine lost', color: 'red' };
    case 'failed':
      return { text: 'machine failed', color: 'red' };
  }
}

/** What the person has to know of the machine beyond its light; null when all is well. */
export function machineProblem(machine: MachineState): string | null {
  const why = machine.message ? ` (${machine.message})` : '';
  if (machine.state === 'failed') return `The machine process does not start${why}. Agents and terminals can't run.`;
  if (machine.state === 'lost') return `The machine process does not answer${why}. agor goes on trying.`;
  if (machine.state === 'outdated') {
    return 'agor was updated while agents or terminals ran: they go on with the version before. It is replaced as soon as all of them have ended.';
  }
  return null;
}
