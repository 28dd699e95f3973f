import { DONE, type Hub, type Os } from './context.ts';

export function wakeProcedures(os: Os, { wake, once }: Hub) {
  const api = os.wake;
  return api.router({
    list: api.list.handler(({ input }) => wake.standing(input.agentId)),
    add: api.add.handler(({ input }) => once.run('wake.add', input, () => wake.add(input))),
    update: api.update.handler(({ input }) =>
      once.run('wake.update', input, () => wake.update(input.triggerId, input.changes)),
    ),
    remove: api.remove.handler(({ input }) =>
      once.run('wake.remove', input, () => {
        wake.remove(input.triggerId);
        return DONE;
      }),
    ),
    preview: api.preview.handler(({ input }) => wake.preview(input.condition, input.count)),
    resume: api.resume.handler(({ input }) => {
      wake.resume(input);
      return DONE;
    }),
    resumeAll: api.resumeAll.handler(({ input }) => {
      wake.resumeAll(input);
      return DONE;
    }),
  });
}
