import type { ProjectId, PromptId, SessionEvent, SessionId, SessionState } from '@agor/protocol';
import type { Clock, Logger } from '@agor/runtime';
import type { HubBus } from '../events/index.ts';
import type { OutboxObserver } from '../outbox/index.ts';
import type { Problems } from '../problems/index.ts';
import type { BroughtMessage } from '../team/index.ts';

/** What the exporter reads of the sessions. */
export interface TracedSessions {
  /** Those under way when the hub starts: with a turn, a prompt that is not delivered, or an open ask. */
  open(): readonly SessionState[];
  /** Events before `before`, oldest first. */
  page(sessionId: SessionId, before: number, limit: number): readonly SessionEvent[];
}

/** All that the exporter gets from the hub: it imports no module of it that lives. */
export interface ExporterOptions {
  /** Base address of a collector: `/v1/traces` and `/v1/metrics` are below it. */
  readonly endpoint: string;
  readonly version: string;
  /** Where the standard's own variables are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly bus: HubBus;
  readonly log: Logger;
  readonly problems: Pick<Problems, 'raise' | 'clear'>;
  /** Takes secrets out of what leaves the computer. */
  readonly redact: (text: string) => string;
  readonly agentName: (projectId: ProjectId) => string | undefined;
  /** The messages of other agents that a prompt of agor's brings. */
  readonly messagesOf: (promptId: PromptId) => readonly BroughtMessage[];
  readonly sessions: TracedSessions;
  readonly watchOutbox: (observer: OutboxObserver) => void;
  /** Commands that the machine has not acknowledged. */
  readonly pendingCommands: () => number;
}

/** A procedure of the contract that a client called. */
export interface ProcedureCall {
  readonly path: readonly string[];
  readonly input: unknown;
}

export interface Exporter {
  /** Runs a procedure; a command, which changes something, gets a span. */
  call<T>(call: ProcedureCall, next: () => Promise<T>): Promise<T>;
  /** Sends what waits, for two seconds at most, and ends. */
  close(): Promise<void>;
}
