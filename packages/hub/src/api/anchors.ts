import { DONE, type Hub, type Os } from './context.ts';

export function anchorProcedures(os: Os, { core: { anchors } }: Hub) {
  const api = os.anchors;
  return api.router({
    list: api.list.handler(({ input }) => anchors.list(input.projectId)),
    pin: api.pin.handler(({ input }) => anchors.pin(input)),
    promote: api.promote.handler(({ input }) => {
      anchors.promote(input);
      return DONE;
    }),
    demote: api.demote.handler(({ input }) => {
      anchors.demote(input);
      return DONE;
    }),
    remove: api.remove.handler(({ input }) => {
      anchors.remove(input);
      return DONE;
    }),
  });
}
