import { DONE, type Hub, type Os } from './context.ts';

export function secretsProcedures(os: Os, { secrets, once }: Hub) {
  const api = os.secrets;
  return api.router({
    list: api.list.handler(() => secrets.standing()),
    // The id alone is remembered of what was asked, not the value.
    set: api.set.handler(({ input: { commandId, name, value } }) =>
      once.run('secrets.set', { commandId, name }, async () => {
        await secrets.set(name, value);
        return DONE;
      }),
    ),
    remove: api.remove.handler(({ input }) =>
      once.run('secrets.remove', input, async () => {
        await secrets.remove(input.name);
        return DONE;
      }),
    ),
    unlock: api.unlock.handler(({ input }) =>
      once.run('secrets.unlock', input, async () => {
        await secrets.unlock();
        return DONE;
      }),
    ),
  });
}
