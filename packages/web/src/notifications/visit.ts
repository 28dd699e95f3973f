import type { Notification } from '@agor/protocol';
import type { App } from '../state/app.svelte.ts';

/** Marks it read and brings before the person's eyes what it tells of: its session, its task's board, or its project. */
export function visitNotification(app: App, { id, sessionId, projectId, taskId, type }: Notification): void {
  app.notifications.markRead([id]);
  if (taskId !== null) {
    void app.visitProject(projectId).then(() => {
      app.drawer = 'tasks';
    });
  } else if (sessionId !== null) {
    if (innerWidth < DRAWER_COVERS_PX) app.drawer = null;
    void app.openSession(sessionId);
  } else if (projectId !== null) void app.visitProject(projectId);
  else if (type === 'system') app.openSettings('about');
}

/** The narrow window's drawer lies over everything (`Drawer.svelte`, 44rem). */
const DRAWER_COVERS_PX = 720;
