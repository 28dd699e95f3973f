import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { Answer, PermissionRule } from './asks.ts';
import { ControlValues } from './controls.ts';
import type { Delta, OpenBlock, SessionEvent } from './events.ts';
import { FileContent, FileEntry } from './files.ts';
import { GroupConfig, type GroupsFile, ProjectChanges } from './groups.ts';
import { AskId, CommandId, GroupId, ProjectId, PromptId, ProviderId, PtyId, SessionId } from './ids.ts';
import { ModelInfo } from './models.ts';
import { OutsidePage } from './outside.ts';
import { Prompt } from './prompts.ts';
import { ProviderStatus } from './providers.ts';
import { PtyInfo, PtySize } from './pty.ts';
import { SandboxStatus } from './sandbox.ts';
import { PermissionMode } from './settings.ts';
import { Profile, Skill } from './skills.ts';
import type { SessionState, SessionSummary } from './state.ts';
import { SessionSummary as SessionSummarySchema } from './state.ts';
import { TeamCall } from './team-call.ts';

/**
 * What the face, the CLI and every other client may ask of the hub (architecture §5.2). The answer to a command ends a
 * spinner; the truth on screen comes only from the two streams, `events.watch` and `events.follow`.
 */

/** Where a follower stands in a session's log. Another epoch means that the log was rebuilt: start over. */
export type Cursor = { epoch: string; seq: number };
export const Cursor = z.object({ epoch: z.string(), seq: z.number().int().nonnegative() });

/** The link to a machine, as a probe last saw it. */
export type MachineState = {
  state: 'starting' | 'connected' | 'lost' | 'outdated' | 'failed';
  since: number;
  pid: number | null;
  /** A machine of an older build is kept while sessions run. */
  build: string | null;
  message: string | null;
};

export type Settings = Record<string, unknown>;

/** One yield of `events.watch`. The first is always `snapshot`. */
export type WatchFrame =
  | {
      kind: 'snapshot';
      version: string;
      build: string;
      groups: GroupsFile;
      settings: Settings;
      sessions: SessionSummary[];
      ptys: PtyInfo[];
      providers: ProviderStatus[];
      machine: MachineState;
      firstRun: boolean;
      problems: Problem[];
    }
  | { kind: 'sessions'; changed: SessionSummary[]; removed: SessionId[] }
  | { kind: 'groups'; groups: GroupsFile }
  | { kind: 'settings'; settings: Settings }
  | { kind: 'providers'; providers: ProviderStatus[] }
  | { kind: 'machine'; machine: MachineState }
  | { kind: 'ptys'; changed: PtyInfo[]; removed: PtyId[] }
  | { kind: 'problems'; problems: Problem[] };

/** Something wrong with agor itself that stays until it is mended: an unreadable groups.json, a full disk. */
export type Problem = { code: string; message: string; since: number };

/** One yield of `events.follow`: first `snapshot` or, when the cursor could be resumed, `resumed`; then `batch`es. */
export type FollowFrame =
  | {
      kind: 'snapshot';
      epoch: string;
      /** The state at `seq`. */
      state: SessionState;
      seq: number;
      /** The newest part of the log up to `seq`, oldest first; earlier pages through `persistence.page`. */
      events: SessionEvent[];
      hasOlder: boolean;
      openBlocks: OpenBlock[];
    }
  | { kind: 'resumed'; openBlocks: OpenBlock[] }
  /** In order: these events, and deltas between them. At most 64 items. */
  | { kind: 'batch'; items: FollowItem[] };
export type FollowItem = { event: SessionEvent } | { delta: Delta };

/** Sessions in one answer of `session.list`, and in the first frame of `events.watch` beside those under way. */
export const SESSIONS_LISTED = 500;

const command = z.object({ commandId: CommandId });
const base = oc.errors({
  /** No such session, project, ask… `message` names it. */
  NOT_FOUND: { status: 404 },
  /** The input is well-formed but can't be done; `message` says what to do. */
  REJECTED: { status: 422 },
  /** Someone was faster; `data` says who and what. */
  CONFLICT: { status: 409, data: z.object({ by: z.string(), detail: z.string() }) },
  /** The machine does not answer now. */
  UNREACHABLE: { status: 503 },
});
const done = z.object({ ok: z.literal(true) });

export const contract = {
  events: {
    watch: base.input(z.object({})).output(eventIterator(type<WatchFrame>())),
    follow: base
      .input(
        z.object({
          sessionId: SessionId,
          cursor: Cursor.optional(),
          /** How many of the newest events a snapshot carries. */
          tail: z.number().int().min(0).max(5000).default(400),
        }),
      )
      .output(eventIterator(type<FollowFrame>())),
  },

  agent: {
    /** Gives a prompt to a session, or to a new one. Queued while a turn runs. */
    query: base
      .input(
        command.extend({
          sessionId: SessionId.optional(),
          /** For a new session: the project, or a folder. */
          projectId: ProjectId.optional(),
          cwd: z.string().optional(),
          provider: ProviderId.optional(),
          model: z.string().optional(),
          permissionMode: PermissionMode.optional(),
          resumeProviderSession: z.string().optional(),
          prompt: Prompt,
          /** `steer`: into the turn that runs, where the provider can (`capabilities.steer`); else it queues. */
          delivery: z.enum(['queue', 'steer']).default('queue'),
          /** The caller's environment for this session's agent; filtered by an allow-list, never stored. */
          env: z.record(z.string(), z.string()).optional(),
        }),
      )
      .output(z.object({ sessionId: SessionId, promptId: PromptId })),
    interrupt: base.input(command.extend({ sessionId: SessionId })).output(done),
    /** Ends the agent's process and everything it started. */
    stop: base.input(command.extend({ sessionId: SessionId })).output(done),
    stopAll: base.input(command).output(z.object({ stopped: z.array(SessionId) })),
    /** Ends what is left of the process and starts it again, with the same conversation. */
    restart: base.input(command.extend({ sessionId: SessionId })).output(done),
    set: base
      .input(
        command.extend({
          sessionId: SessionId,
          model: z.string().optional(),
          permissionMode: PermissionMode.optional(),
          controls: ControlValues.optional(),
        }),
      )
      .output(done),
    /** Puts a queued prompt into the turn that runs. REJECTED where the provider can't, or when none runs. */
    steerPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
    /** Someone is about to write: starts the agent's process ahead when the setting `prewarm` says so, else does nothing. */
    warm: base.input(command.extend({ sessionId: SessionId })).output(done),
    editPrompt: base
      .input(command.extend({ sessionId: SessionId, promptId: PromptId, text: Prompt.shape.text }))
      .output(done),
    cancelPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
    /** Sends a doubtful or failed prompt again. */
    resendPrompt: base.input(command.extend({ sessionId: SessionId, promptId: PromptId })).output(done),
    answer: base
      .input(command.extend({ askId: AskId, answer: Answer, by: z.string().max(100).default('web') }))
      .output(done),
    rules: base.input(z.object({ projectId: ProjectId.optional() })).output(z.array(PermissionRule)),
    revokeRule: base.input(command.extend({ ruleId: z.string() })).output(done),
  },

  session: {
    /**
     * The newest `limit` sessions by activity and, on the first page without a project, behind them every older one that is
     * still under way. `before` (the `limit`th of the page before) leads to the next page. `state.models` and
     * `state.commands` are empty in summaries, here and in `events.watch`: they are large and only of use to who follows.
     */
    list: base
      .input(
        z.object({
          projectId: ProjectId.optional(),
          before: SessionId.optional(),
          limit: z.number().int().min(1).max(SESSIONS_LISTED).default(SESSIONS_LISTED),
        }),
      )
      .output(z.array(SessionSummarySchema)),
    /** One session, whole. */
    get: base.input(z.object({ sessionId: SessionId })).output(SessionSummarySchema),
    /** An empty session: the "New session" of a box. */
    create: base
      .input(
        command.extend({
          projectId: ProjectId,
          provider: ProviderId.optional(),
          model: z.string().optional(),
          permissionMode: PermissionMode.optional(),
        }),
      )
      .output(z.object({ sessionId: SessionId })),
    rename: base.input(command.extend({ sessionId: SessionId, title: z.string().min(1).max(200) })).output(done),
    /** A new session that goes on with a copy of this one's conversation; both live on. REJECTED where the provider can't. */
    fork: base
      .input(command.extend({ sessionId: SessionId, title: z.string().min(1).max(200).optional() }))
      .output(z.object({ sessionId: SessionId })),
    /** Conversations that the vendor's program had outside agor, the newest first; of a project's folder, or all. */
    outside: base
      .input(
        z.object({
          provider: ProviderId,
          projectId: ProjectId.optional(),
          after: z.string().optional(),
          limit: z.number().int().min(1).max(200).default(50),
        }),
      )
      .output(OutsidePage),
    /** Makes such a conversation a session with its transcript. The same one twice gives the same session. */
    import: base
      .input(command.extend({ provider: ProviderId, providerSessionId: z.string(), projectId: ProjectId.optional() }))
      .output(z.object({ sessionId: SessionId })),
  },

  persistence: {
    /** Events before `before`, oldest first. */
    page: base
      .input(
        z.object({
          sessionId: SessionId,
          before: z.number().int().positive(),
          limit: z.number().int().min(1).max(2000).default(400),
        }),
      )
      .output(type<{ events: SessionEvent[]; hasOlder: boolean }>()),
  },

  groups: {
    addGroup: base.input(command.extend({ name: GroupConfig.shape.name })).output(z.object({ groupId: GroupId })),
    updateGroup: base.input(command.extend({ groupId: GroupId, name: GroupConfig.shape.name })).output(done),
    /** Forgets a group; no folder is touched. */
    removeGroup: base.input(command.extend({ groupId: GroupId })).output(done),
    activate: base.input(command.extend({ groupId: GroupId })).output(done),
    addProject: base
      .input(
        command.extend({
          groupId: GroupId.optional(),
          cwd: z.string(),
          name: z.string().min(1).max(200).optional(),
          provider: ProviderId.optional(),
        }),
      )
      .output(z.object({ projectId: ProjectId })),
    updateProject: base.input(command.extend({ projectId: ProjectId, changes: ProjectChanges })).output(done),
    removeProject: base.input(command.extend({ projectId: ProjectId })).output(done),
    /** Takes the two demo projects (and their group, if nothing else is in it) away. */
    removeDemo: base.input(command).output(done),
    /** The settings and hooks that the repository itself brings for its agent, and whether the person accepted them. */
    repoSettings: base.input(z.object({ projectId: ProjectId })).output(
      z.object({
        files: z.array(z.object({ path: z.string(), content: z.string() })),
        /** SHA-256 over the files; what `acceptRepoSettings` must name. */
        hash: z.string(),
        accepted: z.boolean(),
      }),
    ),
    acceptRepoSettings: base.input(command.extend({ projectId: ProjectId, hash: z.string().nullable() })).output(done),
  },

  settings: {
    get: base.input(z.object({ key: z.string() })).output(z.object({ value: z.unknown() })),
    set: base.input(command.extend({ key: z.string(), value: z.unknown() })).output(done),
    list: base.input(z.object({})).output(z.record(z.string(), z.unknown())),
  },

  files: {
    list: base.input(z.object({ projectId: ProjectId, path: z.string().default('') })).output(z.array(FileEntry)),
    read: base.input(z.object({ projectId: ProjectId, path: z.string() })).output(FileContent),
    /** For `@` in the composer: paths that contain the letters, best first. */
    find: base
      .input(
        z.object({
          projectId: ProjectId,
          query: z.string().max(200),
          limit: z.number().int().min(1).max(100).default(20),
        }),
      )
      .output(z.array(z.string())),
    /** Folders below a folder, for the "Add project" dialog. */
    folders: base.input(z.object({ path: z.string() })).output(
      z.object({
        path: z.string(),
        parent: z.string().nullable(),
        folders: z.array(z.object({ name: z.string(), isRepo: z.boolean() })),
      }),
    ),
  },

  pty: {
    spawn: base
      .input(
        command.extend({
          id: PtyId,
          projectId: ProjectId.nullable(),
          cwd: z.string().optional(),
          title: z.string().max(200).default(''),
          size: PtySize,
        }),
      )
      .output(PtyInfo),
    list: base.input(z.object({ projectId: ProjectId.optional() })).output(z.array(PtyInfo)),
    rename: base.input(command.extend({ id: PtyId, title: z.string().max(200) })).output(done),
    kill: base.input(command.extend({ id: PtyId })).output(done),
  },

  providers: {
    list: base.input(z.object({ refresh: z.boolean().default(false) })).output(z.array(ProviderStatus)),
    /** Brings the pinned version into agor's own folder; yields progress lines and, last, the result. */
    install: base
      .input(command.extend({ provider: ProviderId }))
      .output(eventIterator(type<{ progress: string } | { installed: string }>())),
    /** The models that the provider's program or server offers now. */
    models: base.input(z.object({ provider: ProviderId, projectId: ProjectId.optional() })).output(z.array(ModelInfo)),
    /** Fetches a model; yields how far it is and, last, the model. */
    pullModel: base
      .input(command.extend({ provider: ProviderId, model: z.string().min(1).max(300) }))
      .output(eventIterator(type<{ progress: string; percent: number | null } | { pulled: string }>())),
    profiles: base.input(z.object({ provider: ProviderId })).output(z.array(Profile)),
    skills: base.input(z.object({ provider: ProviderId, projectId: ProjectId.optional() })).output(z.array(Skill)),
    readSkill: base
      .input(z.object({ provider: ProviderId, projectId: ProjectId.optional(), path: z.string() }))
      .output(z.object({ text: z.string() })),
    /** What would confine an agent of this project now, as a probe of the machine says. */
    sandbox: base
      .input(z.object({ projectId: ProjectId.optional(), provider: ProviderId.optional() }))
      .output(SandboxStatus),
  },

  team: {
    /** One operation of btmsg or bttask (`btmsgOperations`, `bttaskOperations`) as the operator. Done once by its id. */
    call: base.input(TeamCall).output(z.unknown()),
  },

  misc: {
    info: base.input(z.object({})).output(
      z.object({
        version: z.string(),
        build: z.string(),
        pid: z.number(),
        machinePid: z.number().nullable(),
        dataDir: z.string(),
        configDir: z.string(),
        testMode: z.boolean(),
      }),
    ),
    /** Names (never values) of the variables that a session of this provider would get, for `agor doctor --env`. */
    environment: base
      .input(z.object({ provider: ProviderId }))
      .output(z.object({ passed: z.array(z.string()), withheld: z.array(z.string()) })),
    /** Ends the machine with all agents and terminals, then the hub. */
    shutdown: base.input(command).output(done),
    /**
     * Ends the machine with all agents and terminals and starts one of the hub's own build; returns when the old one is gone.
     * For a machine of an older build (`outdated`), which is else replaced as soon as nothing runs on it.
     */
    restartMachine: base.input(command).output(done),
    /** Makes every projection anew from the event logs (`agor doctor --rebuild`). */
    rebuild: base.input(z.object({})).output(z.object({ sessions: z.number().int() })),
    frontendLog: base
      .input(
        z.object({
          level: z.enum(['info', 'warning', 'error']),
          message: z.string().max(4000),
          context: z.string().max(8000).optional(),
        }),
      )
      .output(done),
  },
};
export type Contract = typeof contract;
