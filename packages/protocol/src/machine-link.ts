import { z } from 'zod';
import { RunAnchors } from './anchors.ts';
import { Answer } from './asks.ts';
import { ImageInput } from './blobs.ts';
import { ControlValues } from './controls.ts';
import { Delta, OpenBlock } from './events.ts';
import { RunnerHealth } from './health.ts';
import { isId, isRecord, readAgentEvent } from './hot-lines.ts';
import { AskId, CommandId, MachineId, ProjectId, PromptId, ProviderId, SessionId } from './ids.ts';
import { McpServerChoice } from './mcp.ts';
import { ErrorClass } from './messages.ts';
import { ProviderOverrides, ProviderSettings } from './provider-settings.ts';
import { SandboxStatus } from './sandbox.ts';
import { PermissionMode } from './settings.ts';
import { DurableFromRunner, RunOptions } from './sidecar.ts';
import { TeamAnswer, TeamCall } from './team-call.ts';
import { Traceparent } from './trace.ts';
import { FileChanges, FileWatchProblem } from './watching.ts';

/**
 * The link between the hub and a machine (architecture §5.3): JSON arrays of frames over a WebSocket.
 *
 *   machine: challenge → hub: hello → machine: welcome | refused
 *   then, from the machine: events (journaled, from the hub's last acknowledged one on), deltas, results;
 *        from the hub: acks, commands (repeated until acknowledged), requests.
 */
export const LINK_VERSION = 1;
/** N and N-1. */
export const LINK_VERSIONS_SPOKEN: readonly number[] = [1];
/** Most frames in one WebSocket message, and most bytes the sender leaves unsent before it waits. */
export const LINK_MAX_BATCH = 256;
export const LINK_HIGH_WATER_BYTES = 1024 * 1024;
/** Largest WebSocket message either side accepts. */
export const LINK_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** How a runner is known after its machine died: a pid alone may belong to someone else by then. */
export const ProcessRef = z.object({ pid: z.number().int().positive(), startTime: z.string() });
export type ProcessRef = z.infer<typeof ProcessRef>;

/** What happens on a machine and must not be lost. */
export const MachineEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('runnerStarted'),
    sessionId: SessionId,
    provider: ProviderId,
    process: ProcessRef,
    sandbox: SandboxStatus.optional(),
    /** Started without a person's prompt or restart (after a crash, or ahead of a prompt): how the session ended last still stands. */
    background: z.boolean().optional(),
    /** `RunOptions.anchors` of its start. */
    anchors: RunAnchors.optional(),
  }),
  /** The supervisor's judgement changed (spec §3.11). */
  z.object({ kind: z.literal('health'), sessionId: SessionId, health: RunnerHealth }),
  z.object({ kind: z.literal('runner'), sessionId: SessionId, line: DurableFromRunner }),
  z.object({
    kind: z.literal('runnerExited'),
    sessionId: SessionId,
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    expected: z.boolean(),
    reason: z.string().optional(),
    stderrTail: z.string().optional(),
  }),
  /** The prompt was taken, but whether the agent ever got it can no longer be known (architecture §5.3). */
  z.object({ kind: z.literal('promptDoubtful'), sessionId: SessionId, promptId: PromptId, reason: z.string() }),
  /** A command was taken but could not be done: no such folder, provider not installed, runner would not start. */
  z.object({
    kind: z.literal('commandFailed'),
    sessionId: SessionId,
    commandId: CommandId,
    command: z.string(),
    promptId: PromptId.optional(),
    askId: AskId.optional(),
    message: z.string(),
    class: ErrorClass.default('unknown'),
  }),
  /** A stream broke off before its message was complete; this is what there was. */
  z.object({ kind: z.literal('blockAborted'), sessionId: SessionId, block: OpenBlock }),
  /** A line of a runner that was no valid message: its beginning, so that it is not lost. */
  z.object({
    kind: z.literal('badLine'),
    sessionId: SessionId,
    reason: z.string(),
    head: z.string(),
    bytes: z.number(),
  }),
  z.object({ kind: z.literal('paused'), sessionId: SessionId, reason: z.string() }),
  z.object({ kind: z.literal('resumed'), sessionId: SessionId }),
  /** Something that the person should know of and no other kind tells. `code` is for programs. */
  z.object({
    kind: z.literal('notice'),
    sessionId: SessionId,
    level: z.enum(['info', 'warning', 'error']),
    code: z.string(),
    message: z.string(),
  }),
  /** A session's agent sent or changed something while the hub was away. */
  z.object({ kind: z.literal('teamCall'), sessionId: SessionId, call: TeamCall }),
  /** A kind of a newer machine, kept whole. */
  z.object({ kind: z.literal('unknown'), sessionId: SessionId, raw: z.unknown() }),
]);
export type MachineEvent = z.infer<typeof MachineEvent>;

/** A journal entry: numbered 1, 2, 3… per machine and epoch. A new epoch begins when a journal was lost or restored. */
export const JournalEntry = z.object({
  seq: z.number().int().positive(),
  /** The machine's time, ms since the epoch; for display. */
  at: z.number(),
  event: MachineEvent,
});
export type JournalEntry = z.infer<typeof JournalEntry>;
export const JournalCursor = z.object({ epoch: z.string(), seq: z.number().int().nonnegative() });
export type JournalCursor = z.infer<typeof JournalCursor>;

/** What the hub wants done and will repeat until the machine says that it has it. Done once per id. */
export const MachineCommand = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('query'),
    sessionId: SessionId,
    provider: ProviderId,
    /** Whose overrides of the provider's settings count; null for a folder that is no project. */
    projectId: ProjectId.nullable().default(null),
    promptId: PromptId,
    prompt: z.string(),
    images: z.array(ImageInput).default([]),
    steer: z.boolean().default(false),
    /** The span in which the agent works on it, for the agent's own calls. */
    traceparent: Traceparent.optional(),
    options: RunOptions,
  }),
  z.object({
    kind: z.literal('open'),
    sessionId: SessionId,
    provider: ProviderId,
    projectId: ProjectId.nullable().default(null),
    /** Ahead of a prompt that may come (`agent.warm`): that it fails is no news, the prompt will tell. */
    warm: z.boolean().optional(),
    options: RunOptions,
  }),
  z.object({ kind: z.literal('answer'), sessionId: SessionId, askId: AskId, answer: Answer }),
  z.object({ kind: z.literal('interrupt'), sessionId: SessionId }),
  z.object({ kind: z.literal('stopSubagent'), sessionId: SessionId, toolUseId: z.string() }),
  z.object({
    kind: z.literal('set'),
    sessionId: SessionId,
    model: z.string().optional(),
    permissionMode: PermissionMode.optional(),
    controls: ControlValues.optional(),
  }),
  /** End the runner and its whole process tree. */
  z.object({ kind: z.literal('stop'), sessionId: SessionId, reason: z.string() }),
]);
export type MachineCommand = z.infer<typeof MachineCommand>;

export const LinkCommand = z.object({ id: CommandId, command: MachineCommand });
export type LinkCommand = z.infer<typeof LinkCommand>;

export const LiveRunner = z.object({ sessionId: SessionId, process: ProcessRef });

/** Machine → hub. */
export const FromMachine = z.discriminatedUnion('t', [
  z.object({ t: z.literal('challenge'), nonce: z.string(), versions: z.array(z.number().int()) }),
  z.object({
    t: z.literal('welcome'),
    version: z.number().int(),
    machineId: MachineId,
    /** The journal's epoch and the newest entry in it. */
    journal: JournalCursor,
    build: z.string(),
    pid: z.number().int(),
    /** The pty host's Unix socket; the hub talks to it directly when it is on the same computer. */
    ptySocket: z.string().nullable(),
    runners: z.array(LiveRunner),
    /** Sessions whose runner crashed and is about to be started again. */
    restarting: z.array(SessionId).optional(),
    openBlocks: z.array(OpenBlock),
  }),
  z.object({ t: z.literal('refused'), reason: z.string() }),
  z.object({ t: z.literal('events'), epoch: z.string(), entries: z.array(JournalEntry) }),
  z.object({ t: z.literal('deltas'), deltas: z.array(Delta) }),
  /** The machine has these commands durably and will carry them out. */
  z.object({ t: z.literal('commandAck'), ids: z.array(CommandId) }),
  z.object({ t: z.literal('result'), id: z.string(), result: z.unknown() }),
  z.object({ t: z.literal('failure'), id: z.string(), code: z.string(), message: z.string() }),
  /** A session's agent asks; answered by `teamAnswer` with the same id. */
  z.object({ t: z.literal('teamCall'), sessionId: SessionId, call: TeamCall }),
  /** Progress of a long request. */
  z.object({ t: z.literal('progress'), id: z.string(), message: z.string() }),
  FileChanges,
  FileWatchProblem,
]);
export type FromMachine = z.infer<typeof FromMachine>;

/** Where a session's environment comes from (architecture §5.8). Volatile on purpose: keys must not reach a disk. */
export const MachineEnvironment = z.object({
  /** The person's login-shell environment. */
  base: z.record(z.string(), z.string()),
  providers: z.record(z.string(), ProviderSettings),
  /** What projects decide differently: project id → provider family → overrides. */
  projects: z.record(z.string(), z.record(z.string(), ProviderOverrides)).default({}),
  /** The values of all stored secrets, by name: put in where settings refer to them, and kept out of what agents say. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** What was decided about MCP servers, by server and place: keys in it are kept out of what agents say. */
  mcpServers: z.record(z.string(), McpServerChoice).optional(),
});
export type MachineEnvironment = z.infer<typeof MachineEnvironment>;

/** Hub → machine. */
export const ToMachine = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    versions: z.array(z.number().int()),
    /** HMAC-SHA-256 of the challenge's nonce with the machine's secret, in hex. */
    mac: z.string(),
    hubPid: z.number().int(),
    build: z.string(),
    environment: MachineEnvironment,
    /** The newest entry that the hub has committed; null = none yet. */
    acknowledged: JournalCursor.nullable(),
  }),
  z.object({ t: z.literal('ack'), epoch: z.string(), seq: z.number().int().nonnegative() }),
  z.object({ t: z.literal('command'), commands: z.array(LinkCommand) }),
  z.object({ t: z.literal('environment'), environment: MachineEnvironment }),
  /** Variables for one session's runner (`agor run` brings its own), kept in memory until the session ends. */
  z.object({ t: z.literal('sessionEnvironment'), sessionId: SessionId, env: z.record(z.string(), z.string()) }),
  z.object({ t: z.literal('request'), id: z.string(), method: z.string(), params: z.unknown() }),
  z.object({ t: z.literal('cancel'), id: z.string() }),
  z.object({ t: z.literal('teamAnswer'), id: z.string(), answer: TeamAnswer }),
]);
export type ToMachine = z.infer<typeof ToMachine>;

/** Reads a machine's frames, whichever version wrote them: an event of an unknown kind is kept whole. */
export function readFromMachine(raw: unknown): FromMachine {
  const hot = readHotEvents(raw);
  if (hot) return hot;
  const known = FromMachine.safeParse(raw);
  if (known.success) return known.data;
  const events = LooseEvents.safeParse(raw);
  if (!events.success) throw known.error;
  return { t: 'events', epoch: events.data.epoch, entries: events.data.entries.map(readEntry) };
}

/** A frame of entries of which most are a vendor's events (see `readHotLine`). Null for anything that the schema should judge as a whole. */
function readHotEvents(raw: unknown): FromMachine | null {
  if (!isRecord(raw) || raw.t !== 'events' || typeof raw.epoch !== 'string' || !Array.isArray(raw.entries)) return null;
  const entries: JournalEntry[] = [];
  for (const item of raw.entries as unknown[]) {
    const entry = readHotEntry(item) ?? JournalEntry.safeParse(item).data;
    if (!entry) return null;
    entries.push(entry);
  }
  return { t: 'events', epoch: raw.epoch, entries };
}

function readHotEntry(raw: unknown): JournalEntry | null {
  if (!isRecord(raw) || !isRecord(raw.event) || raw.event.kind !== 'runner') return null;
  const { seq, at } = raw;
  const { sessionId } = raw.event;
  if (!Number.isSafeInteger(seq) || !Number.isFinite(at) || !isId(sessionId)) return null;
  const line = readAgentEvent(raw.event.line);
  if (!line || (seq as number) <= 0) return null;
  return { seq: seq as number, at: at as number, event: { kind: 'runner', sessionId: sessionId as SessionId, line } };
}

const LooseEvents = z.object({
  t: z.literal('events'),
  epoch: z.string(),
  entries: z.array(
    z.object({ seq: z.number().int().positive(), at: z.number(), event: z.looseObject({ sessionId: SessionId }) }),
  ),
});

function readEntry(entry: z.infer<typeof LooseEvents>['entries'][number]): JournalEntry {
  const known = MachineEvent.safeParse(entry.event);
  const event = known.success
    ? known.data
    : { kind: 'unknown' as const, sessionId: entry.event.sessionId, raw: entry.event };
  return { seq: entry.seq, at: entry.at, event };
}
