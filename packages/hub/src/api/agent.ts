import { DONE, type Hub, type Os } from './context.ts';

export function agentProcedures(os: Os, { core }: Hub) {
  const { agents, asks } = core;
  const api = os.agent;
  return api.router({
    query: api.query.handler(({ input }) => agents.query(input)),
    interrupt: api.interrupt.handler(({ input }) => {
      agents.interrupt(input);
      return DONE;
    }),
    stop: api.stop.handler(({ input }) => {
      agents.stop(input);
      return DONE;
    }),
    stopAll: api.stopAll.handler(({ input }) => agents.stopAll(input)),
    restart: api.restart.handler(({ input }) => {
      agents.restart(input);
      return DONE;
    }),
    set: api.set.handler(({ input }) => {
      agents.set(input);
      return DONE;
    }),
    editPrompt: api.editPrompt.handler(({ input }) => {
      agents.editPrompt(input);
      return DONE;
    }),
    cancelPrompt: api.cancelPrompt.handler(({ input }) => {
      agents.cancelPrompt(input);
      return DONE;
    }),
    resendPrompt: api.resendPrompt.handler(({ input }) => {
      agents.resendPrompt(input);
      return DONE;
    }),
    answer: api.answer.handler(({ input }) => {
      asks.answer(input);
      return DONE;
    }),
    rules: api.rules.handler(({ input }) => asks.rules(input)),
    revokeRule: api.revokeRule.handler(({ input }) => {
      asks.revokeRule(input);
      return DONE;
    }),
  });
}
