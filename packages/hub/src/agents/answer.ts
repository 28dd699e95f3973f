import type { Answer, Ask, AskId, AskState, CommandId, SessionState } from '@agor/protocol';
import { canonicalJson } from '@agor/providers';
import type { AgentContext } from '../agent-context/index.ts';
import { conflict, notFound, rejected } from '../failure.ts';
import { answerPrompt } from './lapsed.ts';
import { enqueue, sendNext } from './send-next.ts';

export interface AnswerInput {
  readonly commandId: CommandId;
  readonly askId: AskId;
  readonly answer: Answer;
  readonly by: string;
}

/**
 * Answers an ask, once: the first answer counts, whoever comes later gets CONFLICT with who won. An open ask's answer goes
 * to its runner; a lapsed one's resumes the session with a prompt that tells it (architecture §5.5).
 */
export function answerAsk(ctx: AgentContext, input: AnswerInput): void {
  const { commandId, askId, answer } = input;
  ctx.log.transaction(() =>
    ctx.done.once('agent.answer', { commandId, askId, answer }, () => {
      const found = ctx.asks.find(input.askId);
      if (!found) throw notFound(`There is no ask ${input.askId}.`);
      const state = ctx.log.requireState(found.sessionId);
      const asked = state.asks.find((a) => a.ask.id === input.askId);
      if (found.answeredBy !== null && asked?.status !== 'lapsed')
        throw conflict(
          `${found.answeredBy} was faster: ${inWords(found.answer)}.`,
          found.answeredBy,
          inWords(found.answer),
        );
      if (!asked || asked.status === 'withdrawn')
        throw rejected('The agent took this ask back; there is nothing to answer any more.');
      mustFit(asked.ask, input.answer);
      keepRule(ctx, state, asked.ask, input.answer);
      if (asked.status === 'open') toRunner(ctx, state, input);
      else answerLapsed(ctx, state, asked, input.answer, input.by, true);
      return null;
    }),
  );
}

function toRunner(ctx: AgentContext, state: SessionState, { askId, answer, by }: AnswerInput): void {
  ctx.log.append(state.id, [{ kind: 'askAnswered', askId, answer, by }]);
  ctx.asks.answered(askId, by, answer);
  enqueue(ctx, { kind: 'answer', sessionId: state.id, askId, answer });
}

/**
 * Brings an answer to an agent that has ended: by a prompt, and for an allowed call by a rule for exactly this input that
 * counts once. `explicit`: a person acts right now, so the queue moves even after a failure.
 */
export function answerLapsed(
  ctx: AgentContext,
  state: SessionState,
  { ask }: AskState,
  answer: Answer,
  by: string,
  explicit: boolean,
): void {
  if (ask.kind === 'permission' && answer.kind === 'permission' && answer.decision !== 'deny')
    ctx.rules.add({
      projectId: null,
      sessionId: state.id,
      toolName: ask.toolName,
      inputJson: canonicalJson(answer.updatedInput ?? ask.input),
      label: `Once: ${ask.title}`,
      once: true,
    });
  ctx.log.append(state.id, [{ kind: 'askAnswered', askId: ask.id, answer, by }]);
  ctx.asks.answered(ask.id, by, answer);
  if (answer.kind === 'plan' && answer.decision === 'approve') {
    const permissionMode = answer.mode ?? (state.permissionMode === 'plan' ? 'default' : undefined);
    if (permissionMode) ctx.log.append(state.id, [{ kind: 'settingsChanged', permissionMode }]);
  }
  ctx.log.append(state.id, [{ kind: 'promptQueued', prompt: answerPrompt(ask, answer) }]);
  if (explicit) sendNext(ctx, state.id, true);
}

/** "Always": for the project, or for the session where there is none; for exactly this input unless the ask says otherwise. */
function keepRule(ctx: AgentContext, state: SessionState, ask: Ask, answer: Answer): void {
  if (ask.kind !== 'permission' || answer.kind !== 'permission' || answer.decision !== 'always') return;
  ctx.rules.add({
    projectId: state.projectId,
    sessionId: state.projectId === null ? state.id : null,
    toolName: ask.toolName,
    inputJson: ask.alwaysScope === 'tool' ? undefined : canonicalJson(ask.input),
    label: ask.alwaysLabel ?? ask.title,
    once: false,
  });
}

function mustFit(ask: Ask, answer: Answer): void {
  if (ask.kind === 'permission' && answer.kind === 'permission') {
    if (answer.decision === 'always' && ask.alwaysLabel === undefined)
      throw rejected('This can only be allowed once: no rule can be kept for it. Answer "allow" or "deny".');
    return;
  }
  if (ask.kind === 'question' && answer.kind === 'question') {
    const open = ask.questions.find(({ question }) => !answer.answers[question]?.trim());
    if (open) throw rejected(`"${open.question}" has no answer yet. This ask wants an answer to each question.`);
    return;
  }
  if (ask.kind === answer.kind) return;
  const wanted = {
    permission: 'allow, always or deny',
    question: 'an answer to each question',
    plan: 'approve or reject',
  };
  throw rejected(`This ask is a ${ask.kind}: it wants ${wanted[ask.kind]}.`);
}

/** An answer in a few words, for whoever was slower. */
function inWords(answer: Answer | null): string {
  if (answer === null) return 'answered';
  switch (answer.kind) {
    case 'permission':
      return { allow: 'allowed', always: 'always allowed', deny: 'denied' }[answer.decision];
    case 'question':
      return `answered "${Object.values(answer.answers).join(', ').slice(0, 200)}"`;
    case 'plan':
      return answer.decision === 'approve' ? 'approved' : 'rejected';
  }
}
