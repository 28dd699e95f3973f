import { ProjectId, SESSIONS_LISTED } from '@agor/protocol';
import { adapterFor } from '@agor/providers';
import { buildId, systemClock } from '@agor/runtime';
import { NO_SIGNALS } from '@agor/session';
import { type AgentContext, passedOn } from '../agent-context/index.ts';
import {
  answerAsk,
  answerLapsed,
  cancelPrompt,
  closeIdle,
  Dispatcher,
  editPrompt,
  IdleCloser,
  interrupt,
  LimitLifter,
  letGo,
  query,
  resendPrompt,
  restart,
  setAgent,
  steerPrompt,
  stop,
  stopAll,
  stopSubagent,
  warm,
} from '../agents/index.ts';
import { Anchors } from '../anchors/index.ts';
import { AskIndex, PermissionRules } from '../asks/index.ts';
import { BlobSweeper } from '../blobs/index.ts';
import { BudgetKeeper, NO_BUDGETS } from '../budget/index.ts';
import { Conversations } from '../conversations/index.ts';
import { notFound } from '../failure.ts';
import { LocalMachine, loginEnvironment } from '../link/index.ts';
import { EventLog, follow, LiveSessions, watch } from '../log/index.ts';
import { Metrics } from '../metrics/index.ts';
import { DoneCommands, Outbox } from '../outbox/index.ts';
import { createSession, forkSession, Importer, type SignalsOf, summaryOf, wholeSummaryOf } from '../sessions/index.ts';
import type { Agents, Asks, Core, CoreOptions, Sessions, Streams } from './types.ts';

/** Puts the core together. It is idle until `start`; until then operations work and their commands wait in the outbox. */
export function openCore(options: CoreOptions): Core {
  const { db, bus, problems, logger, paths, clock = systemClock } = options;
  const log = new EventLog(db, bus, clock);
  const live = new LiveSessions(log, clock);
  const ctx: AgentContext = {
    log,
    outbox: new Outbox(db, clock),
    done: new DoneCommands(db, clock),
    asks: new AskIndex(db),
    rules: new PermissionRules(db, clock),
    conversations: new Conversations(db),
    run: {
      ...options.runContext,
      mayPrompt: (state) => budgets.mayPrompt(state),
      anchors: (state) => anchors.forRun(state),
    },
    blobsDir: paths.blobsDir,
    traceparent: options.traceparent ?? passedOn,
    ownFolders: [paths.dataDir, paths.configDir],
    worktreesDir: paths.worktreesDir,
    setSessionEnvironment: (sessionId, env) => machine.setSessionEnvironment(sessionId, env),
  };
  const rules = options.budgetRules ?? NO_BUDGETS;
  const budgets = new BudgetKeeper({ ctx, db, bus, clock, logger, rules });
  const anchors = new Anchors({ ctx, db, bus, clock });
  const metrics = new Metrics({ db, log, bus, clock, prices: rules.prices });
  const dispatcher = new Dispatcher({
    ctx,
    db,
    clock,
    logger,
    adapterFor,
    teamCall: options.teamCall,
    redoAnswer: (sessionId, askId) => {
      const state = log.requireState(sessionId);
      const asked = state.asks.find((a) => a.ask.id === askId);
      if (asked?.answer) answerLapsed(ctx, state, asked, asked.answer, asked.answeredBy ?? 'unknown', false);
    },
  });
  const machine = new LocalMachine({
    paths,
    bus,
    db,
    log,
    live,
    dispatcher,
    outbox: ctx.outbox,
    problems,
    build: buildId(),
    clock,
    logger,
    providerDecisions: options.providerDecisions,
    teamCall: options.teamCall,
    loginEnvironment: async () => {
      const [environment] = await Promise.all([loginEnvironment(process.env, logger), options.secretsRead?.()]);
      return environment;
    },
    ...(options.launchMachine ? { launch: options.launchMachine } : {}),
  });
  const closing = new AbortController();
  const own = new DisposableStack();
  let rebuilding: ReturnType<Core['rebuild']> | null = null;
  const signals = options.signals ?? (() => NO_SIGNALS);
  const importer = new Importer({ ctx, clock, closing: closing.signal });
  return {
    sessions: sessionsOf({ ctx, machine, importer, signals }),
    agents: agentsOf(ctx, machine),
    asks: asksOf(ctx),
    streams: streamsOf({ ctx, live, machine, signals, budgets, options, closing: closing.signal }),
    budgets,
    anchors,
    metrics,
    machine,
    outbox: ctx.outbox,
    heardAt: (sessionId) => live.heardAt(sessionId),
    rebuild: () => {
      rebuilding ??= log
        .rebuild((id) => ctx.asks.rebuild(id), closing.signal)
        .then(async (rebuilt) => {
          budgets.rebuild();
          await metrics.rebuild();
          return rebuilt;
        })
        .finally(() => {
          rebuilding = null;
        });
      return rebuilding;
    },
    start: () => {
      budgets.start();
      metrics.start();
      const linkIsUp = () => machine.isUp;
      own.use(new IdleCloser({ ctx, clock, logger, linkIsUp }));
      own.use(new LimitLifter({ ctx, bus, clock, logger }));
      const machineHasTold = () => machine.hasToldAll;
      own.use(new BlobSweeper({ db, log, blobsDir: paths.blobsDir, clock, logger, machineHasTold }));
      return machine.start();
    },
    close: async () => {
      closing.abort();
      budgets[Symbol.dispose]();
      anchors[Symbol.dispose]();
      metrics[Symbol.dispose]();
      own.dispose();
      await machine.close();
    },
  };
}

interface SessionParts {
  readonly ctx: AgentContext;
  readonly machine: LocalMachine;
  readonly importer: Importer;
  readonly signals: SignalsOf;
}

function sessionsOf({ ctx, machine, importer, signals }: SessionParts): Sessions {
  return {
    create: (input) =>
      ctx.log.transaction(() =>
        ctx.done.once('session.create', input, () => ({ sessionId: createSession(ctx, input) })),
      ),
    list: ({ limit = SESSIONS_LISTED, ...which } = {}) =>
      ctx.log.states({ ...which, limit }).map((state) => summaryOf(state, machine.isUp, signals)),
    newestOf: (projectId) => ctx.log.states({ projectId: ProjectId.parse(projectId), limit: 1 })[0] ?? null,
    get: (sessionId) => wholeSummaryOf(ctx.log.requireState(sessionId), machine.isUp, signals),
    rename: ({ commandId, sessionId, title }) =>
      ctx.log.transaction(() => {
        ctx.done.once('session.rename', { commandId, sessionId, title }, () => {
          ctx.log.append(sessionId, [{ kind: 'sessionRenamed', title }]);
          return null;
        });
      }),
    fork: (input) => forkSession(ctx, input),
    sessionOf: (provider, providerSessionId) => ctx.conversations.sessionOf(provider, providerSessionId),
    import: (...args) => importer.import(...args),
    page: ({ sessionId, before, limit }) => ctx.log.page(sessionId, before, limit),
    eventsAfter: (sessionId, seq, limit) => ctx.log.since(sessionId, seq, limit),
    worktreeOf: (sessionId) => {
      const state = ctx.log.state(sessionId);
      return state?.worktree ? state.cwd : null;
    },
    state: (sessionId) => ctx.log.requireState(sessionId),
  };
}

function agentsOf(ctx: AgentContext, machine: LocalMachine): Agents {
  return {
    query: (input) => query(ctx, input),
    interrupt: (input) => interrupt(ctx, input),
    stopSubagent: (input) => stopSubagent(ctx, input),
    stop: (input) => stop(ctx, input),
    stopAll: (input) => stopAll(ctx, input),
    letGo: (input) => letGo(ctx, input),
    restart: (input) => restart(ctx, input),
    warm: (input) => {
      if (machine.isUp) warm(ctx, input);
    },
    closeIdle: (sessionId) => closeIdle(ctx, sessionId),
    set: (input) => setAgent(ctx, input),
    editPrompt: (input) => editPrompt(ctx, input),
    steerPrompt: (input) => steerPrompt(ctx, input),
    cancelPrompt: (input) => cancelPrompt(ctx, input),
    resendPrompt: (input) => resendPrompt(ctx, input),
  };
}

function asksOf(ctx: AgentContext): Asks {
  return {
    answer: (input) => answerAsk(ctx, input),
    rules: ({ projectId }) => ctx.rules.list(projectId),
    revokeRule: ({ commandId, ruleId }) =>
      ctx.log.transaction(() => {
        ctx.done.once('agent.revokeRule', { commandId, ruleId }, () => {
          if (!ctx.rules.remove(ruleId)) throw notFound(`There is no rule ${ruleId}.`);
          return null;
        });
      }),
  };
}

interface StreamParts {
  readonly ctx: AgentContext;
  readonly live: LiveSessions;
  readonly machine: LocalMachine;
  readonly signals: SignalsOf;
  readonly budgets: BudgetKeeper;
  readonly options: CoreOptions;
  readonly closing: AbortSignal;
}

function streamsOf({ ctx, live, machine, signals, budgets, options, closing }: StreamParts): Streams {
  const { log } = ctx;
  const until = (signal: AbortSignal | undefined) => (signal ? AbortSignal.any([signal, closing]) : closing);
  return {
    follow: (input, signal) => {
      log.requireState(input.sessionId);
      return follow(log, live, input, until(signal));
    },
    watch: (rest, signal) =>
      watch(
        options.bus,
        {
          snapshot: () => ({
            ...rest(),
            kind: 'snapshot',
            budgets: [...budgets.overview()],
            sessions: log.states({ limit: SESSIONS_LISTED }).map((state) => summaryOf(state, machine.isUp, signals)),
            machine: machine.state,
            problems: options.problems.list(),
          }),
          summary: (id) => {
            const state = log.state(id);
            return state ? summaryOf(state, machine.isUp, signals) : null;
          },
          openSessions: () => log.openSessions(),
        },
        options.clock ?? systemClock,
        until(signal),
      ),
  };
}
