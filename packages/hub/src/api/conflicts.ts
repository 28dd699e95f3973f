import { DONE, type Hub, type Os } from './context.ts';

export function conflictProcedures(os: Os, { conflicts }: Hub) {
  const api = os.conflicts;
  return api.router({
    // Said twice it changes nothing more, so its id is not kept.
    acknowledge: api.acknowledge.handler(({ input }) => {
      conflicts.acknowledge(input.projectId);
      return DONE;
    }),
  });
}
