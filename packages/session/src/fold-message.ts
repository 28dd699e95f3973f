import type { AgentMessage, MessageOf, SessionState, SubagentState } from '@agor/protocol';

const PREVIEW_CHARS = 200;
/** Finished subagents kept in the state; the log has them all. */
const KEPT_SUBAGENTS = 50;
/** Tool calls without a result; a vendor that forgets to close them must not grow the state without end. */
const KEPT_ACTIVE_TOOLS = 100;

/** What an agent's message changes in its session's state (most change nothing: they are the transcript). */
export function foldMessage(state: SessionState, message: AgentMessage, at: number): SessionState {
  switch (message.type) {
    case 'init':
      return {
        ...state,
        providerSessionId: message.content.sessionId || state.providerSessionId,
        forkPending:
          state.forkPending && (message.content.sessionId || state.providerSessionId) === state.providerSessionId,
        model: message.content.model ?? state.model,
        agentVersion: message.content.agentVersion ?? state.agentVersion,
        commands:
          state.commands.length === 0 && message.content.slashCommands
            ? message.content.slashCommands.map((name) => ({ name, description: '' }))
            : state.commands,
      };
    case 'text':
      if (message.parentId) return progressed(state);
      return { ...progressed(state), lastText: message.content.text.trim().slice(-PREVIEW_CHARS) };
    case 'tool_call':
      return toolCalled(state, message, at);
    case 'tool_result':
      return toolReturned(state, message);
    case 'plan':
      return message.parentId
        ? state
        : { ...state, plan: message.content.entries.map(({ content, status }) => ({ content, status })) };
    case 'subagent':
      return { ...state, subagents: withSubagent(state.subagents, message, at) };
    case 'usage':
      return used(state, message);
    case 'compaction':
      return message.parentId ? progressed(state) : compacted(state);
    case 'cost':
      return costed(state, message);
    case 'error':
      return message.parentId
        ? state
        : { ...state, error: { message: message.content.message, class: message.content.class } };
    default:
      return progressed(state);
  }
}

/** The agent speaks again, so a wait for a retry is over. */
function progressed(state: SessionState): SessionState {
  return state.retry ? { ...state, retry: null } : state;
}

function toolCalled(state: SessionState, message: MessageOf<'tool_call'>, at: number): SessionState {
  const { toolUseId, name, title } = message.content;
  const tool = { toolUseId, name, title, since: at };
  const others = state.activeTools.filter((t) => t.toolUseId !== toolUseId);
  return { ...progressed(state), activeTools: [...others, tool].slice(-KEPT_ACTIVE_TOOLS) };
}

function toolReturned(state: SessionState, message: MessageOf<'tool_result'>): SessionState {
  const { toolUseId } = message.content;
  return { ...progressed(state), activeTools: state.activeTools.filter((t) => t.toolUseId !== toolUseId) };
}

function withSubagent(known: readonly SubagentState[], message: MessageOf<'subagent'>, at: number): SubagentState[] {
  const { toolUseId, state, ...news } = message.content;
  const before = known.find((s) => s.toolUseId === toolUseId);
  const subagent: SubagentState = {
    toolUseId,
    description: news.description ?? before?.description ?? '',
    subagentType: news.subagentType ?? before?.subagentType,
    background: news.background ?? before?.background ?? false,
    state: state === 'started' || state === 'progress' ? 'running' : state,
    startedAt: before?.startedAt ?? at,
    totalTokens: news.totalTokens ?? before?.totalTokens,
    toolUses: news.toolUses ?? before?.toolUses,
    lastTool: news.lastTool ?? before?.lastTool,
  };
  if (before) return known.map((s) => (s.toolUseId === toolUseId ? subagent : s));
  return [...known, subagent].slice(-KEPT_SUBAGENTS);
}

/** What was said before is a summary now, and with it the anchors that stood there. */
function compacted(state: SessionState): SessionState {
  return {
    ...progressed(state),
    // The message's own event follows the newest one folded in.
    compactions: { count: state.compactions.count + 1, lastSeq: state.seq + 1 },
    anchors: { ...state.anchors, system: state.anchors.afterCompaction, told: [] },
  };
}

function used(state: SessionState, message: MessageOf<'usage'>): SessionState {
  const { contextTokens, contextWindow, totalCostUsd } = message.content;
  const usage = state.usage;
  return {
    ...progressed(state),
    usage: {
      ...usage,
      costUsd: totalCostUsd ?? usage.costUsd,
      contextTokens: contextTokens ?? usage.contextTokens,
      contextWindow: contextWindow ?? usage.contextWindow,
    },
  };
}

function costed(state: SessionState, message: MessageOf<'cost'>): SessionState {
  const cost = message.content;
  const usage = state.usage;
  return {
    ...state,
    usage: {
      costUsd: cost.totalCostUsd,
      inputTokens: usage.inputTokens + cost.inputTokens + (cost.cacheReadTokens ?? 0) + (cost.cacheCreationTokens ?? 0),
      outputTokens: usage.outputTokens + cost.outputTokens,
      turns: usage.turns + cost.numTurns,
      durationMs: usage.durationMs + cost.durationMs,
      contextTokens: cost.contextTokens ?? usage.contextTokens,
      contextWindow: cost.contextWindow ?? usage.contextWindow,
    },
  };
}
