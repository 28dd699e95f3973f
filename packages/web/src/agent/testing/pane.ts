import { AskId, type SessionEventBody, type SessionId } from '@agor/protocol';
import { vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../../testing/fake-hub.ts';
import { openFace } from '../../testing/mount.ts';
import { sampleHub } from '../../testing/sample-data.ts';
import { GRACE_MS } from '../asks/grace.logic.ts';

/** The face over the sample hub, at the project that waits for permission, with a clock that only `later` moves. */
export async function openPane(project = 'billing-api', prepare: (hub: FakeHub, id: SessionId) => void = () => {}) {
  vi.useFakeTimers({ toFake: ['Date'] });
  const hub = sampleHub();
  prepare(hub, sessionIn(hub, project));
  const face = await openFace(hub);
  // As high as the window, as the page's own #app is: a list without height shows nothing.
  face.container.style.height = '100dvh';
  const pane = page.getByRole('region', { name: project, exact: true });
  const id = sessionIn(hub, project);
  return {
    hub,
    face,
    pane,
    id,
    emit: (...bodies: SessionEventBody[]) => hub.emit(id, ...bodies),
    composer: pane.getByRole('textbox', { name: `Message ${project}` }),
    log: pane.getByRole('log'),
  };
}

function sessionIn(hub: FakeHub, project: string): SessionId {
  return [...hub.sessions.values()].find(({ state }) => state.cwd.endsWith(project))?.state.id as SessionId;
}

/** Time passes: by default enough for keys to count again. */
export function later(ms = GRACE_MS + 1): void {
  vi.setSystemTime(Date.now() + ms);
}

/** Puts the focus into the transcript, where keys are for asks. */
export function focusLog(log: { element(): Element }): void {
  (log.element() as HTMLElement).focus();
}

export const press = (keys: string) => userEvent.keyboard(keys);

export function permission(id: string, command: string, more: object = {}): SessionEventBody {
  const ask = { id: AskId.parse(id), kind: 'permission' as const, toolName: 'Bash', title: 'Run a command' };
  return { kind: 'askOpened', ask: { ...ask, input: { command }, alwaysLabel: 'Always allow it', ...more } };
}

export function question(id: string): SessionEventBody {
  const options = [{ label: 'SQLite' }, { label: 'PostgreSQL' }];
  return {
    kind: 'askOpened',
    ask: {
      id: AskId.parse(id),
      kind: 'question',
      title: 'Two questions',
      questions: [
        { question: 'Which database?', multiSelect: false, options },
        { question: 'Which checks?', multiSelect: true, options: [{ label: 'Types' }, { label: 'Lint' }] },
      ],
    },
  };
}

export function plan(id: string): SessionEventBody {
  return { kind: 'askOpened', ask: { id: AskId.parse(id), kind: 'plan', title: 'The plan', plan: '1. Do **it**' } };
}
