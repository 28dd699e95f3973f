import type { Connection } from '@agor/cli';
import { CommandId, newId, type ProjectId, PromptId, ProviderId, type SessionId } from '@agor/protocol';

const DEMO = ProviderId.parse('demo');
const LOOK_MS = 100;

/** A project in which the scripted agent works. */
export async function addProject({ client }: Connection, folder: string, name: string): Promise<ProjectId> {
  const added = await client.groups.addProject({ commandId: newId(CommandId), cwd: folder, name, provider: DEMO });
  return added.projectId;
}

/** Gives the agent a prompt, in a new session of the project or in this one; returns before the turn ends. */
export async function prompt({ client }: Connection, projectId: ProjectId, text: string, sessionId?: SessionId) {
  const asked = await client.agent.query({
    commandId: newId(CommandId),
    ...(sessionId ? { sessionId } : { projectId, provider: DEMO }),
    prompt: { id: newId(PromptId), text, images: [], source: 'cli' },
  });
  return asked.sessionId;
}

/** Gives a prompt and waits until the agent is through with it. */
export async function talk(connection: Connection, projectId: ProjectId, text: string, sessionId?: SessionId) {
  const id = await prompt(connection, projectId, text, sessionId);
  for (;;) {
    const { state } = await connection.client.session.get({ sessionId: id });
    const isThrough = state.turn === null && state.queue.length === 0 && state.inFlight.length === 0;
    if (isThrough && state.ended !== 'none') return id;
    await Bun.sleep(LOOK_MS);
  }
}
