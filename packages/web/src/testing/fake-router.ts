import {
  contract,
  type GroupAgentConfig,
  type ProjectConfig,
  ProviderId,
  type PtyInfo,
  type SessionId,
} from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import { fakeAnchors } from './fake-anchors.ts';
import { fakeFiles } from './fake-files.ts';
import { fakeGroups } from './fake-groups.ts';
import type { FakeHub } from './fake-hub.ts';
import { fakeKnowledge } from './fake-knowledge.ts';
import { fakeNotifications } from './fake-notifications.ts';
import { fakePlugins } from './fake-plugins.ts';
import { fakeProviders } from './fake-providers.ts';
import { fakeSearch } from './fake-search.ts';
import { fakeSecrets } from './fake-secrets.ts';
import { fakeSettings } from './fake-settings.ts';
import { fakeSsh } from './fake-ssh.ts';
import { fakeThemes } from './fake-themes.ts';
import { fakeWake } from './fake-wake.ts';
import { fakeWorktrees } from './fake-worktrees.ts';

const ok = { ok: true as const };

/** The contract over a FakeHub. Commands are written down; those that other parts of the face see take effect. */
export function fakeRouter(hub: FakeHub) {
  const os = implement(contract);
  const seen = (name: string, input: unknown) => {
    hub.received.push({ name, input });
    const failure = hub.failNext.get(name);
    hub.failNext.delete(name);
    if (failure) throw failure;
  };
  const done = <T>(name: string, input: unknown, answer: T): T => {
    seen(name, input);
    return answer;
  };
  const notFound = (what: string) => new ORPCError('NOT_FOUND', { message: `There is no ${what}.` });
  const projects = () => hub.groups.groups.flatMap((group) => group.projects);
  const roleAgents = () => hub.groups.groups.flatMap(({ agents = [] }) => agents);
  const known = (id: SessionId) => {
    if (!hub.sessions.has(id)) throw notFound(`session ${id}`);
    return id;
  };

  return os.router({
    events: {
      watch: os.events.watch.handler(({ signal }) => hub.watch(signal)),
      follow: os.events.follow.handler(({ input, signal }) => {
        const cursor = input.cursor?.epoch === hub.epoch ? input.cursor.seq : undefined;
        return hub.follow(known(input.sessionId), cursor, input.tail, signal);
      }),
    },
    agent: {
      query: os.agent.query.handler(async ({ input }) => {
        seen('agent.query', input);
        const wait = hub.waitNext.get('agent.query');
        hub.waitNext.delete('agent.query');
        await wait;
        const project = projects().find(({ id }) => id === input.projectId);
        const sessionId = input.sessionId ?? beginIn(hub, project);
        hub.emit(sessionId, { kind: 'promptQueued', prompt: input.prompt });
        return { sessionId, promptId: input.prompt.id };
      }),
      stopSubagent: os.agent.stopSubagent.handler(({ input }) => done('agent.stopSubagent', input, ok)),
      interrupt: os.agent.interrupt.handler(({ input }) => done('agent.interrupt', input, ok)),
      stop: os.agent.stop.handler(({ input }) => {
        seen('agent.stop', input);
        hub.emit(input.sessionId, { kind: 'stopRequested', mode: 'stop', by: 'web' });
        return ok;
      }),
      stopAll: os.agent.stopAll.handler(({ input }) => done('agent.stopAll', input, { stopped: [] })),
      restart: os.agent.restart.handler(({ input }) => done('agent.restart', input, ok)),
      set: os.agent.set.handler(({ input }) => {
        seen('agent.set', input);
        const { model, permissionMode, controls } = input;
        hub.emit(input.sessionId, { kind: 'settingsChanged', model, permissionMode, controls });
        return ok;
      }),
      steerPrompt: os.agent.steerPrompt.handler(({ input }) => {
        seen('agent.steerPrompt', input);
        hub.emit(input.sessionId, { kind: 'promptSent', promptId: input.promptId });
        return ok;
      }),
      warm: os.agent.warm.handler(({ input }) => done('agent.warm', input, ok)),
      editPrompt: os.agent.editPrompt.handler(({ input }) => {
        seen('agent.editPrompt', input);
        hub.emit(input.sessionId, { kind: 'promptEdited', promptId: input.promptId, text: input.text });
        return ok;
      }),
      cancelPrompt: os.agent.cancelPrompt.handler(({ input }) => {
        seen('agent.cancelPrompt', input);
        hub.emit(input.sessionId, { kind: 'promptCancelled', promptId: input.promptId });
        return ok;
      }),
      resendPrompt: os.agent.resendPrompt.handler(({ input }) => done('agent.resendPrompt', input, ok)),
      answer: os.agent.answer.handler(({ input }) => {
        seen('agent.answer', input);
        const session = [...hub.sessions.values()].find(({ state }) =>
          state.asks.some(({ ask }) => ask.id === input.askId),
        );
        if (!session) throw notFound(`ask ${input.askId}`);
        hub.emit(session.state.id, { kind: 'askAnswered', askId: input.askId, answer: input.answer, by: input.by });
        return ok;
      }),
      rules: os.agent.rules.handler(() => hub.rules),
      revokeRule: os.agent.revokeRule.handler(({ input }) => {
        seen('agent.revokeRule', input);
        hub.rules = hub.rules.filter(({ id }) => id !== input.ruleId);
        return ok;
      }),
    },
    session: {
      list: os.session.list.handler(({ input }) => {
        seen('session.list', input);
        const all = [...hub.older, ...[...hub.sessions.values()].map(({ state }) => hub.summary(state.id))]
          .filter(({ state }) => !input.projectId || state.projectId === input.projectId)
          .sort((a, b) => b.state.lastActivityAt - a.state.lastActivityAt);
        const from = all.findIndex(({ state }) => state.id === input.before) + 1;
        return all.slice(from, from + input.limit);
      }),
      get: os.session.get.handler(({ input }) => hub.summary(known(input.sessionId))),
      create: os.session.create.handler(({ input }) => {
        seen('session.create', input);
        return {
          sessionId: beginIn(
            hub,
            [...projects(), ...roleAgents()].find(({ id }) => id === input.projectId),
          ),
        };
      }),
      rename: os.session.rename.handler(({ input }) => {
        seen('session.rename', input);
        hub.emit(input.sessionId, { kind: 'sessionRenamed', title: input.title });
        return ok;
      }),
      fork: os.session.fork.handler(({ input }) => {
        seen('session.fork', input);
        const { state } = hub.session(known(input.sessionId));
        const { projectId, provider, cwd, permissionMode } = state;
        const title = input.title ?? '';
        const forkedFrom = { sessionId: input.sessionId, title: state.title || state.lastPrompt };
        return { sessionId: hub.begin({ projectId, provider, cwd, permissionMode, title, forkedFrom }) };
      }),
      outside: os.session.outside.handler(({ input }) => {
        seen('session.outside', input);
        const all = hub.outside.filter(({ provider }) => provider === input.provider);
        const from = Number(input.after ?? 0);
        const end = from + input.limit;
        return { sessions: all.slice(from, end), next: end < all.length ? String(end) : null };
      }),
      import: os.session.import.handler(({ input }) => {
        seen('session.import', input);
        const from = hub.outside.find(({ providerSessionId }) => providerSessionId === input.providerSessionId);
        if (!from) throw notFound('such conversation');
        const sessionId =
          from.importedAs ??
          hub.begin({
            projectId: input.projectId ?? null,
            provider: input.provider,
            cwd: from.cwd,
            title: from.title,
            permissionMode: 'default',
            importedFrom: from.providerSessionId,
          });
        hub.outside = hub.outside.map((one) => (one === from ? { ...one, importedAs: sessionId } : one));
        return { sessionId };
      }),
    },
    persistence: {
      page: os.persistence.page.handler(({ input }) => {
        const before = hub.session(input.sessionId).log.filter(({ seq }) => seq < input.before);
        return { events: before.slice(-input.limit), hasOlder: before.length > input.limit };
      }),
    },
    groups: fakeGroups(hub, seen),
    settings: fakeSettings(hub, seen),
    plugins: fakePlugins(hub, seen),
    files: fakeFiles(hub.files, seen),
    pty: {
      spawn: os.pty.spawn.handler(({ input }) => {
        seen('pty.spawn', input);
        const { id, projectId, size } = input;
        const title = input.title || 'bash';
        const pty: PtyInfo = { id, projectId, title, cwd: '/', pid: 1, size, exit: null, createdAt: hub.now() };
        hub.ptys.set(pty.id, pty);
        hub.tell({ kind: 'ptys', changed: [pty], removed: [] });
        return pty;
      }),
      locate: os.pty.locate.handler(({ input }) => done('pty.locate', input, hub.paths.get(input.path) ?? null)),
      list: os.pty.list.handler(() => [...hub.ptys.values()]),
      rename: os.pty.rename.handler(({ input }) => done('pty.rename', input, ok)),
      clear: os.pty.clear.handler(({ input }) => done('pty.clear', input, ok)),
      kill: os.pty.kill.handler(({ input }) => {
        seen('pty.kill', input);
        hub.ptys.delete(input.id);
        hub.tell({ kind: 'ptys', changed: [], removed: [input.id] });
        return ok;
      }),
    },
    search: fakeSearch(hub, seen),
    secrets: fakeSecrets(hub, seen),
    ssh: fakeSsh(hub, seen),
    providers: fakeProviders(hub, seen),
    team: {
      call: os.team.call.handler(({ input: { operation, input } }) => {
        seen(operation, input);
        return hub.team.call(operation, input);
      }),
    },
    anchors: fakeAnchors(hub, seen),
    ...fakeKnowledge(hub, seen),
    worktrees: fakeWorktrees(hub, seen),
    themes: fakeThemes(hub, seen),
    metrics: { report: os.metrics.report.handler(({ input }) => done('metrics.report', input, hub.metrics)) },
    conflicts: {
      acknowledge: os.conflicts.acknowledge.handler(({ input }) => {
        seen('conflicts.acknowledge', input);
        const conflicts = hub.conflicts.map(({ projectId, files }) =>
          projectId === input.projectId
            ? { projectId, files: files.map((file) => ({ ...file, acknowledged: true })) }
            : { projectId, files },
        );
        hub.conflicts = conflicts;
        hub.tell({ kind: 'conflicts', conflicts });
        return ok;
      }),
    },
    budget: {
      standing: os.budget.standing.handler(() => hub.budgets),
      override: os.budget.override.handler(({ input }) => {
        seen('budget.override', input);
        for (const { state } of hub.sessions.values())
          if (state.budgetHold?.scope === input.scope && state.budgetHold.id === input.id)
            hub.emit(state.id, { kind: 'resumed', budget: true });
        return ok;
      }),
      leave: os.budget.leave.handler(({ input }) => {
        seen('budget.leave', input);
        const { budgetHold } = hub.session(known(input.sessionId)).state;
        if (budgetHold)
          hub.emit(input.sessionId, { kind: 'paused', reason: 'left', budget: { ...budgetHold, left: true } });
        return ok;
      }),
    },
    notifications: fakeNotifications(hub, seen),
    wake: fakeWake(hub, seen),
    misc: {
      info: os.misc.info.handler(() => ({
        version: '0.1.0',
        build: hub.build,
        pid: 1,
        machinePid: 2,
        dataDir: '/home/you/.local/share/agor',
        configDir: '/home/you/.config/agor',
        testMode: true,
      })),
      environment: os.misc.environment.handler(() => ({ passed: ['PATH', 'HOME'], withheld: [] })),
      shutdown: os.misc.shutdown.handler(({ input }) => done('misc.shutdown', input, ok)),
      restartMachine: os.misc.restartMachine.handler(({ input }) => done('misc.restartMachine', input, ok)),
      rebuild: os.misc.rebuild.handler(() => ({ sessions: hub.sessions.size })),
      frontendLog: os.misc.frontendLog.handler(({ input }) => done('misc.frontendLog', input, ok)),
    },
  });
}

function beginIn(hub: FakeHub, project: ProjectConfig | GroupAgentConfig | undefined): SessionId {
  if (!project) throw new ORPCError('NOT_FOUND', { message: 'There is no such project.' });
  return hub.begin({
    projectId: project.id,
    provider: project.provider ?? ProviderId.parse('demo'),
    cwd: project.cwd ?? '/tmp',
    title: '',
    permissionMode: project.permissionMode ?? 'default',
  });
}
