import { type ControlValues, newId, type PermissionMode, PromptId, type SessionId } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';
import type { Box } from '../state/boxes.ts';

interface SessionChange {
  model?: string;
  permissionMode?: PermissionMode;
  controls?: ControlValues;
}

/** What can be done with a box's sessions, by menu or button. */
export function sessionActions({ commands, client, tracing, workspace }: App) {
  return {
    /** An empty session, which the box then shows. */
    async create(box: Box): Promise<void> {
      const { projectId } = box;
      if (!projectId) return;
      const created = await commands.run(
        `session:create:${box.key}`,
        'The session was not created',
        (commandId, options) => client.session.create({ commandId, projectId }, options),
      );
      if (created.ok) workspace.show(box.key, created.value.sessionId);
    },
    stop: (sessionId: SessionId) =>
      commands.run(`session:stop:${sessionId}`, 'The agent was not stopped', (commandId, options) =>
        client.agent.stop({ commandId, sessionId }, options),
      ),
    /** Ends the turn; the conversation and what is queued stay. */
    interrupt: (sessionId: SessionId) =>
      commands.run(`session:interrupt:${sessionId}`, 'The agent was not interrupted', (commandId, options) =>
        client.agent.interrupt({ commandId, sessionId }, options),
      ),
    /** Changes model, permission mode or what else the agent lets be chosen. */
    set: (sessionId: SessionId, change: SessionChange) =>
      commands.run(`session:set:${sessionId}`, 'The setting was not changed', (commandId, options) =>
        client.agent.set({ commandId, sessionId, ...change }, options),
      ),
    restart: (sessionId: SessionId) =>
      commands.run(`session:restart:${sessionId}`, 'The agent was not restarted', (commandId, options) =>
        client.agent.restart({ commandId, sessionId }, options),
      ),
    /** A new session with a copy of this one's conversation, which the box then shows. */
    async fork(box: Box, sessionId: SessionId): Promise<void> {
      const forked = await commands.run(
        `session:fork:${sessionId}`,
        'The session was not forked',
        (commandId, options) => client.session.fork({ commandId, sessionId }, options),
      );
      if (forked.ok) workspace.show(box.key, forked.value.sessionId);
    },
    /** Makes room in the model's window; queued while a turn runs. */
    compact: (sessionId: SessionId) => {
      const prompt = { id: newId(PromptId), text: '/compact', images: [], source: 'web' as const, ...tracing.begin() };
      return commands.run(`session:compact:${sessionId}`, 'The conversation was not compacted', (commandId, options) =>
        client.agent.query({ commandId, sessionId, prompt }, options),
      );
    },
    rename: (sessionId: SessionId, title: string) =>
      commands.run(`session:rename:${sessionId}`, 'The session was not renamed', (commandId, options) =>
        client.session.rename({ commandId, sessionId, title }, options),
      ),
    addAsProject: (box: Box) =>
      commands.run(`project:add:${box.cwd}`, 'The project was not added', (commandId, options) =>
        client.groups.addProject({ commandId, cwd: box.cwd, groupId: workspace.activeGroup?.id }, options),
      ),
  };
}
