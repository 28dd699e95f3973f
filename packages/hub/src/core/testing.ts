import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CommandId,
  type FollowFrame,
  type McpServers,
  newId,
  ProjectId,
  type Prompt,
  PromptId,
  type ProviderCapabilities,
  ProviderId,
  type SessionEvent,
  type SessionId,
} from '@agor/protocol';
import { findProvider } from '@agor/providers';
import {
  type AgorPaths,
  type Clock,
  createLogger,
  ensureDirs,
  type Logger,
  machineSecret,
  resolvePaths,
  systemClock,
} from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import type { ProjectRunConfig, RunContext, RunProvider } from '../agent-context/index.ts';
import { type BudgetRules, NO_BUDGETS, type ScopesOf } from '../budget/index.ts';
import { type HubDatabase, openHubDatabase } from '../database/index.ts';
import { HubBus } from '../events/index.ts';
import type { Launched } from '../link/index.ts';
import { FakeMachine } from '../link/testing/fake-machine.ts';
import { Problems } from '../problems/index.ts';
import { type Core, openCore, type WatchRest } from './index.ts';

export const DEMO = ProviderId.parse('demo');
/** The demo provider as it is, steered and forked where a test says so. */
const DEMO_PROVIDER: RunProvider = {
  label: 'Demo',
  capabilities: findProvider('demo')?.capabilities as ProviderCapabilities,
  historyFromLog: false,
  systemPrompt: undefined,
  enabled: true,
  config: {},
};
export const PROJECT = ProjectId.parse('project-1');

export const command = (): { commandId: CommandId } => ({ commandId: newId(CommandId) });

export function prompt(text: string, more: Partial<Prompt> = {}): Prompt {
  return { id: newId(PromptId), text, images: [], source: 'web', ...more };
}

/** What the overview's first frame needs from domains that a test of the core does not have. */
export const nothingElse = (): WatchRest => ({
  version: '0',
  build: 'source',
  groups: { version: 1, groups: [], activeGroupId: '' },
  settings: {},
  ptys: [],
  providers: [],
  firstRun: false,
  health: [],
  wake: { triggers: [], stopped: [] },
  notifications: { notifications: [], desktop: false },
  conflicts: [],
  themes: { folder: '', themes: [], problems: [] },
});

/** A core on a real database in a folder of its own. */
export interface TestCore extends AsyncDisposable {
  readonly core: Core;
  readonly db: HubDatabase;
  readonly bus: HubBus;
  readonly problems: Problems;
}

/** A data folder in which a core is opened, closed and opened again; with a fake machine unless a test brings the real one. */
export class TestHub implements AsyncDisposable {
  /** What its agents connect to. */
  mcpServers: McpServers = {};
  readonly #dir = tempDir();
  readonly paths: AgorPaths;
  readonly project: string;
  readonly machine: FakeMachine;
  readonly logger: Logger;
  policy: ReturnType<RunContext['policy']> = { idleCloseMinutes: 0, resumeAfterLimit: false, prewarm: false };
  /** What a test wants of the demo provider to be otherwise. */
  provider: Partial<RunProvider> = {};
  /** What a test wants of the project to be otherwise. */
  projectRun: Partial<ProjectRunConfig> = {};
  /** What may be spent; a test sets limits here. */
  budgets: ScopesOf = () => [];
  budgetRules: Partial<BudgetRules> = {};
  readonly #open = new Set<TestCore>();

  constructor(private readonly clock: Clock = systemClock) {
    const { path } = this.#dir;
    this.paths = resolvePaths({
      ...process.env,
      AGOR_TEST: undefined,
      AGOR_DATA_DIR: join(path, 'data'),
      AGOR_CONFIG_DIR: join(path, 'config'),
    });
    ensureDirs(this.paths);
    this.project = join(path, 'project');
    mkdirSync(this.project);
    this.logger = createLogger({ name: 'hub', file: this.paths.hubLog, level: 'debug' });
    this.machine = new FakeMachine(this.paths.controlSocket, () => machineSecret(this.paths.machineSecretFile));
  }

  get runProvider(): RunProvider {
    return { ...DEMO_PROVIDER, ...this.provider };
  }

  /** Opens a core. `machine: 'real'` starts the real machine program when none answers, `launch` what a test gives. */
  open(options: { readonly machine?: 'fake' | 'real'; readonly launch?: () => Launched } = {}): TestCore {
    const db = openHubDatabase(this.paths.sessionsDb);
    const bus = new HubBus(this.logger);
    const problems = new Problems(bus, this.clock);
    const core = openCore({
      paths: this.paths,
      logger: this.logger,
      bus,
      problems,
      db,
      clock: this.clock,
      runContext: this.#runContext(),
      providerDecisions: () => ({ providers: {}, projects: {}, secrets: {} }),
      budgetRules: { ...NO_BUDGETS, ...this.budgetRules, scopesOf: (session) => this.budgets(session) },
      teamCall: () => ({ state: 'failed', code: 'forbidden', message: 'there is no team in this test' }),
      ...(options.machine === 'real'
        ? {}
        : {
            launchMachine:
              options.launch ??
              (() => {
                throw new Error('this test has no machine to start');
              }),
          }),
    });
    const opened: TestCore = {
      core,
      db,
      bus,
      problems,
      [Symbol.asyncDispose]: async () => {
        if (!this.#open.delete(opened)) return;
        await core.close();
        db.close();
      },
    };
    this.#open.add(opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of [...this.#open]) await opened[Symbol.asyncDispose]();
    await this.machine.stop();
    this.#dir[Symbol.dispose]();
  }

  #runContext(): RunContext {
    return {
      project: (id) =>
        id === PROJECT
          ? {
              name: 'Project',
              identifier: 'project',
              worktrees: false,
              cwd: this.project,
              provider: DEMO,
              permissionMode: 'default',
              settingSources: ['user'],
              ...this.projectRun,
            }
          : null,
      mcpServers: () => this.mcpServers,
      defaults: () => ({ provider: DEMO, permissionMode: 'default' }),
      policy: () => this.policy,
      provider: (id) => (id === DEMO ? this.runProvider : null),
    };
  }
}

/** Everything that a follower has seen, as a client keeps it. */
export class Seen {
  readonly events: SessionEvent[] = [];
  readonly frames: FollowFrame[] = [];
  epoch = '';
  readonly #controller = new AbortController();
  readonly #waiters = new Set<() => void>();
  readonly ended: Promise<void>;

  constructor(core: Core, sessionId: SessionId, cursor?: { epoch: string; seq: number }) {
    const frames = core.streams.follow({ sessionId, cursor, tail: 5_000 }, this.#controller.signal);
    this.ended = this.#read(frames);
  }

  get kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  /** Texts of the agent's complete messages. */
  get texts(): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'message' && event.message.type === 'text' ? [event.message.content.text] : [],
    );
  }

  async until(what: string, check: (seen: Seen) => boolean): Promise<void> {
    const limit = setTimeout(() => {
      throw new Error(`waited in vain until ${what}; seen: ${this.kinds.join(' ')}`);
    }, 20_000);
    while (!check(this)) await new Promise<void>((resolve) => this.#waiters.add(resolve));
    clearTimeout(limit);
  }

  async stop(): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }

  async #read(frames: AsyncGenerator<FollowFrame, void>): Promise<void> {
    for await (const frame of frames) {
      this.frames.push(frame);
      if (frame.kind === 'snapshot') {
        this.epoch = frame.epoch;
        this.events.push(...frame.events);
      }
      if (frame.kind === 'batch') for (const item of frame.items) if ('event' in item) this.events.push(item.event);
      for (const wake of this.#waiters) wake();
      this.#waiters.clear();
    }
  }
}

/** The sequence numbers of a session's events are 1, 2, 3… */
export function isGapless(events: readonly SessionEvent[]): boolean {
  return events.every((event, i) => event.seq === (events[0]?.seq ?? 0) + i);
}
