import type { Prompt, SessionEvent, SessionEventBody } from '@agor/protocol';

/**
 * A session's events as the beginning of another's: prompts that its agent got, its turns, and what was said, without what belongs to the
 * one run (costs, asks, processes). A turn that still runs ends here as interrupted.
 */
export function copiedEvents(events: readonly SessionEvent[]): SessionEventBody[] {
  const prompts = new Map<string, Prompt>();
  const given = new Set<string>();
  const copied: SessionEventBody[] = [];
  let turn: Extract<SessionEventBody, { kind: 'turnStarted' }> | null = null;
  const give = (promptId: string | undefined) => {
    const prompt = promptId === undefined ? undefined : prompts.get(promptId);
    if (!prompt || given.has(prompt.id)) return;
    given.add(prompt.id);
    const { id } = prompt;
    copied.push(
      { kind: 'promptQueued', prompt },
      { kind: 'promptSent', promptId: id },
      { kind: 'promptDelivered', promptId: id },
    );
  };
  for (const event of events) {
    switch (event.kind) {
      case 'promptQueued':
        prompts.set(event.prompt.id, event.prompt);
        break;
      case 'promptEdited': {
        const known = prompts.get(event.promptId);
        if (known) prompts.set(known.id, { ...known, text: event.text });
        break;
      }
      case 'promptDelivered':
        give(event.promptId);
        break;
      case 'turnStarted':
        give(event.promptId);
        turn = { kind: 'turnStarted', turnId: event.turnId, promptId: event.promptId };
        copied.push(turn);
        break;
      case 'turnEnded':
        // The beginning of a turn may lie before what is copied.
        if (turn?.turnId !== event.turnId) break;
        turn = null;
        copied.push({
          kind: 'turnEnded',
          turnId: event.turnId,
          outcome: event.outcome,
          message: event.message,
          class: event.class,
        });
        break;
      case 'message':
        if (event.message.type !== 'init' && event.message.type !== 'cost' && event.message.type !== 'usage')
          copied.push({ kind: 'message', message: event.message });
    }
  }
  if (turn) copied.push({ kind: 'turnEnded', turnId: turn.turnId, outcome: 'interrupted' });
  return copied;
}
