import type { AgentMessage, MessageOf, SessionState, SubagentState } from '@agor/protocol';

const PREVIEW_CHARS = 200;
/** Of a subagent's last words: they go along with every change of the session. */
const SUBAGENT_CHARS = 120;
/** Subagents kept in the state; the log has them all. */
const KEPT_SUBAGENTS = 50;
/** Tool calls without a result; a vendor that forgets to close them must not grow the state without end. */
const KEPT_ACTIVE_TOOLS = 100;

/** What an agent's message changes in its session's state (most change nothing: they are the transcript). */
export function foldMessage(before: SessionState, message: AgentMessage, at: number): SessionState {
  const state = message.parentId === undefined ? before : subagentSaid(before, message);
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
      return subagentTold(state, message, at);
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
  const { parentId } = message;
  const tool = { toolUseId, name, title, since: at, ...(parentId === undefined ? {} : { parentId }) };
  const others = state.activeTools.filter((t) => t.toolUseId !== toolUseId);
  return { ...progressed(state), activeTools: [...others, tool].slice(-KEPT_ACTIVE_TOOLS) };
}

function toolReturned(state: SessionState, message: MessageOf<'tool_result'>): SessionState {
  const { toolUseId } = message.content;
  return { ...progressed(state), activeTools: state.activeTools.filter((t) => t.toolUseId !== toolUseId) };
}

function subagentTold(state: SessionState, message: MessageOf<'subagent'>, at: number): SessionState {
  const { toolUseId, state: now, summary, ...news } = message.content;
  const known = state.subagents;
  const before = known.find((s) => s.toolUseId === toolUseId);
  const call = state.activeTools.find((tool) => tool.toolUseId === toolUseId);
  const subagent: SubagentState = {
    toolUseId,
    description: news.description ?? before?.description ?? '',
    subagentType: news.subagentType ?? before?.subagentType,
    background: news.background ?? before?.background ?? false,
    state: now === 'started' || now === 'progress' ? 'running' : now,
    startedAt: before?.startedAt ?? at,
    totalTokens: news.totalTokens ?? before?.totalTokens,
    toolUses: news.toolUses ?? before?.toolUses,
    lastTool: news.lastTool ?? before?.lastTool,
    parentId: before ? before.parentId : parentOf(toolUseId, call?.parentId ?? message.parentId),
    lastText: summary === undefined ? before?.lastText : oneLine(summary),
    costUsd: before?.costUsd,
  };
  if (before) return { ...state, subagents: known.map((s) => (s === before ? subagent : s)) };
  return bounded({ ...state, subagents: [...known, subagent] });
}

/** Some vendors let a subagent tell of itself: it did not start itself. */
function parentOf(toolUseId: string, parentId: string | undefined): string | undefined {
  return parentId === toolUseId ? undefined : parentId;
}

function bounded(state: SessionState): SessionState {
  const { subagents, subagentsForgotten = 0 } = state;
  if (subagents.length <= KEPT_SUBAGENTS) return state;
  const leaves = subagents.find((one) => one.state !== 'running') ?? subagents[0];
  return {
    ...state,
    subagents: subagents.filter((one) => one !== leaves),
    subagentsForgotten: subagentsForgotten + 1,
  };
}

/** What a message of a subagent says of it: what it said, and what the call of the model cost. */
function subagentSaid(state: SessionState, { parentId, spent, ...message }: AgentMessage): SessionState {
  const said = message.type === 'text' ? oneLine(message.content.text) : '';
  const cost = spent?.costUsd ?? 0;
  if (parentId === undefined || (said === '' && cost === 0)) return state;
  return {
    ...state,
    subagents: state.subagents.map((one) =>
      one.toolUseId === parentId
        ? { ...one, lastText: said || one.lastText, costUsd: cost > 0 ? (one.costUsd ?? 0) + cost : one.costUsd }
        : one,
    ),
  };
}

function oneLine(text: string): string {
  return text
    .slice(0, SUBAGENT_CHARS * 4)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, SUBAGENT_CHARS);
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
