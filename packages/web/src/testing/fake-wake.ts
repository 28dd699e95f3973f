import { contract, type WakeTrigger } from '@agor/protocol';
import { implement, ORPCError } from '@orpc/server';
import type { FakeHub } from './fake-hub.ts';

/** Wakes over a FakeHub: kept in its `wake`, each change told as the hub tells it. */
export function fakeWake(hub: FakeHub, seen: (name: string, input: unknown) => void) {
  const os = implement(contract).wake;
  const tell = () => hub.tell({ kind: 'wake', wake: hub.wake });
  const put = (triggers: WakeTrigger[], stopped = hub.wake.stopped) => {
    hub.wake = { triggers, stopped };
    tell();
  };
  const known = (id: string): WakeTrigger => {
    const found = hub.wake.triggers.find((one) => one.id === id);
    if (!found) throw new ORPCError('NOT_FOUND', { message: `There is no wake ${id}.` });
    return found;
  };
  return {
    list: os.list.handler(() => hub.wake),
    add: os.add.handler(({ input }) => {
      seen('wake.add', input);
      const { commandId, by, ...given } = input;
      const { condition } = given;
      if (condition.kind === 'cron' && condition.expression.trim().split(/\s+/).length !== 5)
        throw new ORPCError('REJECTED', { message: `"${condition.expression}" is no cron expression of five fields.` });
      const trigger: WakeTrigger = {
        ...given,
        id: commandId,
        createdBy: by,
        createdAt: Date.now(),
        lastFiredAt: null,
        nextAt: condition.kind === 'cron' ? Date.now() + 3_600_000 : null,
        check: null,
        problem: null,
      };
      put([...hub.wake.triggers, trigger]);
      return trigger;
    }),
    update: os.update.handler(({ input }) => {
      seen('wake.update', input);
      const { condition, prompt, once, enabled } = input.changes;
      const before = known(input.triggerId);
      const after: WakeTrigger = {
        ...before,
        condition: condition ?? before.condition,
        prompt: prompt ?? before.prompt,
        once: once ?? before.once,
        enabled: enabled ?? before.enabled,
      };
      put(hub.wake.triggers.map((one) => (one === before ? after : one)));
      return after;
    }),
    remove: os.remove.handler(({ input }) => {
      seen('wake.remove', input);
      const gone = known(input.triggerId);
      put(hub.wake.triggers.filter((one) => one !== gone));
      return { ok: true as const };
    }),
    preview: os.preview.handler(({ input }) => {
      if (input.condition.expression.trim().split(/\s+/).length !== 5)
        throw new ORPCError('REJECTED', {
          message: `"${input.condition.expression}" is no cron expression of five fields.`,
        });
      return [Date.now() + 3_600_000];
    }),
    resume: os.resume.handler(({ input }) => {
      seen('wake.resume', input);
      put(
        hub.wake.triggers,
        hub.wake.stopped.filter((id) => id !== input.agentId),
      );
      return { ok: true as const };
    }),
    resumeAll: os.resumeAll.handler(({ input }) => {
      seen('wake.resumeAll', input);
      put(hub.wake.triggers, []);
      return { ok: true as const };
    }),
  };
}
