import type { Answer, Ask, Prompt } from '@agor/protocol';
import { answerPromptId } from './answer-prompt.ts';

/** What an agent is told when its ask is answered after it had ended: it starts anew and does not know that it asked. */
export function answerPrompt(ask: Ask, answer: Answer): Prompt {
  return { id: answerPromptId(ask.id), text: textOf(ask, answer), images: [], source: 'agor' };
}

function textOf(ask: Ask, answer: Answer): string {
  switch (answer.kind) {
    case 'permission': {
      const tool = ask.kind === 'permission' ? ask.toolName : 'the tool';
      if (answer.decision === 'deny')
        return `The person denied your call of ${tool}.${said(answer.message)} Do not run it; go on without it, or say what you need.`;
      if (answer.updatedInput !== undefined)
        return `The person allowed your call of ${tool} with this input instead: ${JSON.stringify(answer.updatedInput)} Run it now with exactly this input.`;
      return `The person allowed your call of ${tool}; run it again now.`;
    }
    case 'question': {
      const lines = Object.entries(answer.answers).map(([question, text]) => `- ${question}\n  ${text}`);
      return `The person answered your question:\n${lines.join('\n')}\nGo on from there; do not ask it again.`;
    }
    case 'plan':
      return answer.decision === 'approve'
        ? `The person approved your plan.${said(answer.message)} Carry it out now.`
        : `The person did not approve your plan.${said(answer.message)} Change it accordingly.`;
  }
}

function said(message: string | undefined): string {
  return message ? ` They said: ${message}` : '';
}
