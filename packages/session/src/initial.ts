import type { BodyOf, SessionId, SessionState } from '@agor/protocol';

/**
 * A state as an older agor stored it, with the fields that it did not know yet. Only what was added later stands here: a
 * field whose meaning changed needs `agor doctor --rebuild`.
 */
export function upgradeState(stored: SessionState): SessionState {
  return { ...ADDED_LATER, ...stored };
}

const ADDED_LATER = {
  forkPending: false,
  controls: [],
  chosenControls: {},
  quota: [],
  budgetHold: null,
  health: { state: 'healthy' },
  sandbox: null,
  compactions: { count: 0, lastSeq: null },
  anchors: { system: [], afterCompaction: [], told: [] },
} satisfies Partial<SessionState>;

/** The state of a session of which nothing but its creation is known. */
export function initialState(id: SessionId, created: BodyOf<'sessionCreated'>, at: number): SessionState {
  return {
    ...ADDED_LATER,
    id,
    projectId: created.projectId,
    provider: created.provider,
    cwd: created.cwd,
    worktree: created.worktree,
    title: created.title,
    model: created.model,
    permissionMode: created.permissionMode,
    claudeConfigDir: created.claudeConfigDir,
    providerSessionId: created.resumeProviderSession,
    forkPending: created.forkedFrom !== undefined,
    forkedFrom: created.forkedFrom,
    importedFrom: created.importedFrom,
    createdAt: at,
    lastActivityAt: at,
    seq: 0,
    process: null,
    turn: null,
    stopping: false,
    ended: 'none',
    error: null,
    queue: [],
    inFlight: [],
    undelivered: [],
    asks: [],
    retry: null,
    limit: null,
    pausedReason: null,
    activeTools: [],
    subagents: [],
    plan: [],
    models: [],
    commands: [],
    usage: {
      costUsd: 0,
      inputTokens: 0,
      outputTokens: 0,
      turns: 0,
      durationMs: 0,
      contextTokens: null,
      contextWindow: null,
    },
    lastPrompt: '',
    lastText: '',
  };
}
