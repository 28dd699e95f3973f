import type { MachineEvent, SessionId } from '@agor/protocol';
import type { Planted } from './planted.ts';

/** How the person is told what a run left where a program outside would have followed it. */
export function plantedNotice(sessionId: SessionId, { path, movedTo }: Planted): MachineEvent {
  const message =
    movedTo === null
      ? `During this run ${path} appeared, by which programs outside of the sandbox could be given orders, and it could not be moved away. Look at it before you go on working there.`
      : `During this run ${path} appeared, by which programs outside of the sandbox could be given orders. It was moved to ${movedTo}; look at it, and put it back if you want it.`;
  return { kind: 'notice', sessionId, level: 'warning', code: 'sandbox-planted', message };
}
