import type { Core, CoreOptions, Machine } from '../core/index.ts';
import { unreachable } from '../failure.ts';

/** A core whose machine is away, for tests of what does not need one. Pass `machine` to stand in for one that answers. */
export function fakeCore(machine: Partial<Machine> = {}, rest: Partial<Core> = {}): (options: CoreOptions) => Core {
  return (options) => {
    const absent = () => {
      throw unreachable('no machine in this test');
    };
    return {
      sessions: {
        create: absent,
        list: () => [],
        get: absent,
        newestOf: () => null,
        rename: absent,
        fork: absent,
        sessionOf: () => null,
        import: absent,
        page: absent,
        eventsAfter: absent,
        worktreeOf: () => null,
        state: absent,
      },
      agents: absentAgents(absent),
      asks: { answer: absent, rules: () => [], revokeRule: absent },
      budgets: { standing: absent, standings: () => [], override: absent, leave: absent },
      metrics: { report: absent },
      anchors: { list: absent, pin: absent, promote: absent, demote: absent, remove: absent },
      streams: {
        follow: absent,
        async *watch(overview, signal) {
          const state = awayState();
          const problems = options.problems.list();
          yield { kind: 'snapshot', ...overview(), sessions: [], machine: state, problems, budgets: [] };
          if (signal && !signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      },
      machine: {
        state: awayState(),
        ptySocket: null,
        environment: null,
        isCatchingUp: false,
        secret: () => 'secret',
        request: async () => absent(),
        refreshEnvironment: () => {},
        retry: () => {},
        restart: async () => {},
        shutdown: async () => {},
        ...machine,
      },
      outbox: { watch: () => {}, count: () => 0 },
      heardAt: () => null,
      rebuild: async () => ({ sessions: 0, changed: 0 }),
      start: async () => {},
      close: async () => {},
      ...rest,
    };
  };
}

function awayState(): Machine['state'] {
  return { state: 'failed', since: 0, pid: null, build: null, message: 'no machine in this test' };
}

function absentAgents(absent: () => never): Core['agents'] {
  return {
    query: absent,
    interrupt: absent,
    stopSubagent: absent,
    stop: absent,
    stopAll: absent,
    letGo: absent,
    restart: absent,
    warm: absent,
    closeIdle: absent,
    set: absent,
    steerPrompt: absent,
    editPrompt: absent,
    cancelPrompt: absent,
    resendPrompt: absent,
  };
}
