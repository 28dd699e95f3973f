import type { SessionState } from '@agor/protocol';
import { findProvider } from '@agor/providers';
import type { Core } from '../core/index.ts';
import { Failure } from '../failure.ts';
import type { CourierSessions } from './courier.ts';

/** The core's sessions, as far as messages are brought to them. */
export function courierSessions(core: Core): CourierSessions {
  return {
    of: (agent) => core.sessions.newestOf(agent),
    state: (id) => stateOf(core, id),
    create: (commandId, projectId) => core.sessions.create({ commandId, projectId }).sessionId,
    prompt: (input) => void core.agents.query({ ...input, delivery: 'steer' }),
    canSteer: (state) => state.turn !== null && findProvider(state.provider)?.capabilities.steer === true,
  };
}

function stateOf(core: Core, id: SessionState['id']): SessionState | null {
  try {
    return core.sessions.get(id).state;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
