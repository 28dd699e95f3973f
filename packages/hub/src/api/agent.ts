import type { Core } from '../core/index.ts';
import { projectForCwd } from '../groups/index.ts';
import { DONE, type Hub, type Os } from './context.ts';

type QueryInput = Parameters<Core['agents']['query']>[0];

export function agentProcedures(os: Os, { core, groups, wake }: Hub) {
  const { agents, asks } = core;
  /** `agor run` in a project's folder, or below it, is a session of that project; below it, with that working directory. */
  const inItsProject = (input: QueryInput): QueryInput => {
    if (input.sessionId !== undefined || input.projectId !== undefined || input.cwd === undefined) return input;
    const placed = projectForCwd(groups.current, input.cwd);
    return placed ? { ...input, projectId: placed.project.id } : input;
  };
  const api = os.agent;
  return api.router({
    query: api.query.handler(({ input }) => agents.query(inItsProject(input))),
    interrupt: api.interrupt.handler(({ input }) => {
      agents.interrupt(input);
      return DONE;
    }),
    stopSubagent: api.stopSubagent.handler(({ input }) => {
      agents.stopSubagent(input);
      return DONE;
    }),
    stop: api.stop.handler(({ input }) => {
      agents.stop(input);
      return DONE;
    }),
    stopAll: api.stopAll.handler(({ input }) => {
      wake.stopAll(); // first: nothing may be woken between the two
      return agents.stopAll(input);
    }),
    restart: api.restart.handler(({ input }) => {
      agents.restart(input);
      wake.turnedTo(core.sessions.get(input.sessionId).state.projectId);
      return DONE;
    }),
    warm: api.warm.handler(({ input }) => {
      agents.warm(input);
      return DONE;
    }),
    set: api.set.handler(({ input }) => {
      agents.set(input);
      return DONE;
    }),
    steerPrompt: api.steerPrompt.handler(({ input }) => {
      agents.steerPrompt(input);
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
