import { ANCHOR_BUDGETS, type Anchor, contract, ProjectId, type SessionEvent } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** Anchors over a FakeHub: kept in its `anchors`, each told as the hub tells it. */
export function fakeAnchors(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).anchors;
  const change = (id: string, to: (anchor: Anchor) => Anchor | null) => {
    const anchor = hub.anchors.find((one) => one.id === id);
    if (!anchor) throw new ORPCError('NOT_FOUND', { message: 'This anchor was removed already.' });
    hub.anchors = hub.anchors.flatMap((one) => (one === anchor ? (to(one) ?? []) : one));
    hub.tell({ kind: 'anchors', projects: [anchor.projectId] });
    return { ok: true as const };
  };
  return {
    list: os.list.handler(({ input }) => {
      seen('anchors.list', input);
      const anchors = hub.anchors.filter(({ projectId }) => projectId === input.projectId);
      const project = hub.groups.groups.flatMap(({ projects }) => projects).find(({ id }) => id === input.projectId);
      const scale = project?.anchorBudgetScale ?? 'medium';
      const budgetTokens = ANCHOR_BUDGETS[scale];
      const injected: string[] = [];
      let usedTokens = 0;
      for (const { id, kind, tokens } of anchors) {
        if (kind === 'pinned' || usedTokens + tokens > budgetTokens) continue;
        injected.push(id);
        usedTokens += tokens;
      }
      return { anchors, injected, usedTokens, budgetTokens, scale };
    }),
    pin: os.pin.handler(({ input }) => {
      seen('anchors.pin', input);
      const { state, log } = hub.session(input.sessionId);
      const said = saidAt(log, input.seq);
      if (!said) throw new ORPCError('REJECTED', { message: 'Only a prompt and what the agent said can be pinned.' });
      const anchor: Anchor = {
        id: input.commandId,
        projectId: state.projectId ?? ProjectId.parse('none'),
        sessionId: input.sessionId,
        kind: 'pinned',
        turn: 0,
        seq: input.seq,
        ...said,
        tokens: Math.ceil(said.text.length / 4),
        createdAt: hub.now(),
      };
      hub.anchors = [...hub.anchors, anchor];
      hub.tell({ kind: 'anchors', projects: [anchor.projectId] });
      return anchor;
    }),
    promote: os.promote.handler(({ input }) => {
      seen('anchors.promote', input);
      return change(input.anchorId, (anchor) => ({ ...anchor, kind: 'promoted' }));
    }),
    demote: os.demote.handler(({ input }) => {
      seen('anchors.demote', input);
      return change(input.anchorId, (anchor) => ({ ...anchor, kind: 'pinned' }));
    }),
    remove: os.remove.handler(({ input }) => {
      seen('anchors.remove', input);
      return change(input.anchorId, () => null);
    }),
  };
}

function saidAt(log: readonly SessionEvent[], seq: number): { messageId: string; text: string } | null {
  const event = log.find((one) => one.seq === seq);
  if (event?.kind === 'message' && event.message.type === 'text')
    return { messageId: event.message.id, text: `Assistant: ${event.message.content.text}` };
  if (event?.kind === 'promptQueued') return { messageId: event.prompt.id, text: `User: ${event.prompt.text}` };
  return null;
}
