import { DONE, type Hub, type Os } from './context.ts';

export function budgetProcedures(os: Os, { core: { budgets } }: Hub) {
  const api = os.budget;
  return api.router({
    standing: api.standing.handler(({ input: { sessionId } }) =>
      sessionId === undefined ? budgets.standings() : budgets.standing(sessionId),
    ),
    override: api.override.handler(({ input }) => {
      budgets.override(input);
      return DONE;
    }),
    leave: api.leave.handler(({ input }) => {
      budgets.leave(input);
      return DONE;
    }),
  });
}
