import type { AgentMessage, SessionEvent } from '@agor/protocol';

/**
 * An event as the AgentMessage that a reader of the stream expects (`agor run --json`), or null for events that only
 * matter to the state. Prompts, asks and answers stand in the log as events of their own; here they become messages.
 */
export function asMessage(event: SessionEvent): AgentMessage | null {
  const base = { id: `event-${event.seq}`, timestamp: event.at };
  switch (event.kind) {
    case 'message':
      return event.message;
    case 'askOpened':
      return event.ask.kind === 'question'
        ? { ...base, type: 'question', content: { ask: event.ask } }
        : { ...base, type: 'permissionRequest', content: { ask: event.ask } };
    case 'askAnswered':
      return { ...base, type: 'permissionAnswer', content: { askId: event.askId, answer: event.answer, by: event.by } };
    case 'retrying':
      return { ...base, type: 'status', content: { subtype: 'retrying', message: event.message, data: event } };
    case 'limited':
      return { ...base, type: 'status', content: { subtype: 'limited', message: event.message ?? event.limit } };
    case 'notice':
      return { ...base, type: 'status', content: { subtype: event.code, message: event.message } };
    case 'promptFailed':
      return { ...base, type: 'error', content: { message: event.message, class: event.class, retryable: false } };
    default:
      return null;
  }
}
