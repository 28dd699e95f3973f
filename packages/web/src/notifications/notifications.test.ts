import { type Notification, ProjectId, type SessionId } from '@agor/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

let hub: FakeHub;
let focused: boolean;
let last = 0;

beforeEach(() => {
  hub = sampleHub();
  focused = true;
  vi.spyOn(document, 'hasFocus').mockImplementation(() => focused);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function sessionOf(project: string): SessionId {
  const { id } = hub.groups.groups.flatMap(({ projects }) => projects).find(({ name }) => name === project) ?? {};
  const session = [...hub.sessions.values()].find(({ state }) => state.projectId === id);
  if (!session) throw new Error(`no session in ${project}`);
  return session.state.id;
}

function notification(title: string, more: Partial<Notification> = {}): Notification {
  last += 1;
  return {
    id: `n${last}`,
    type: 'agent_complete',
    level: 'success',
    title,
    body: '',
    projectId: null,
    sessionId: null,
    taskId: null,
    toast: true,
    desktop: true,
    at: Date.now(),
    read: false,
    ...more,
  };
}
const add = (...some: Notification[]) => hub.changeNotifications([...hub.notifications, ...some]);
const toast = (title: string) => page.getByRole('region', { name: 'Toasts' }).getByText(title);
const bell = () => page.getByTestId('notification-bell');
const centre = () => page.getByRole('dialog', { name: 'Notifications' });
const boxInFocus = () => document.querySelector('[data-focused]')?.getAttribute('aria-label');
async function open(): Promise<void> {
  openFace(hub);
  await expect.element(bell()).toBeVisible();
  await expect.poll(boxInFocus).toBe('web-shop');
}

test('what stood there when the window was opened is under the bell, and no toast', async () => {
  hub.notifications = [notification('old one', { read: true }), notification('unread one')];
  await open();
  await expect.element(page.getByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
  await bell().click();
  const rows = centre().getByRole('listitem');
  await expect.element(rows.first().getByText('unread one')).toBeVisible();
  await expect.element(rows.nth(1).getByText('old one')).toBeVisible();
  expect(document.querySelector('[data-toast]')).toBeNull();
});

test('a new one is a toast; a click on it goes to its session, marks it read and closes it', async () => {
  await open();
  add(notification('worker: finished', { sessionId: sessionOf('worker'), body: 'All tests pass.' }));
  await expect.element(toast('All tests pass.')).toBeVisible();
  await toast('worker: finished').click();
  await expect.poll(boxInFocus).toBe('worker');
  await expect.poll(() => document.querySelector('[data-toast]')).toBeNull();
  expect(hub.notifications.at(-1)?.read).toBe(true);
  await expect.element(bell()).toHaveAccessibleName('Notifications');
});

test('what happens before the eyes of the person is read at once and shown nowhere else', async () => {
  await open();
  const sessionId = sessionOf('web-shop');
  add(notification('seen', { sessionId }));
  await expect.poll(() => hub.notifications.at(-1)?.read).toBe(true);
  expect(document.querySelector('[data-toast]')).toBeNull();
  focused = false;
  add(notification('not seen', { sessionId }));
  await expect.element(toast('not seen')).toBeVisible();
  expect(hub.notifications.at(-1)?.read).toBe(false);
});

test('a context that is nearly full is told of the session before the eyes too: its conversation does not say it', async () => {
  await open();
  add(notification('web-shop: context 91 % full', { sessionId: sessionOf('web-shop'), type: 'context_full' }));
  await expect.element(toast('web-shop: context 91 % full')).toBeVisible();
});

test('a toast in the window that has the focus keeps the desktop silent', async () => {
  await open();
  add(notification('worker: finished', { sessionId: sessionOf('worker') }));
  await expect.poll(() => lastInput(hub, 'notifications.shown')).toMatchObject({ ids: [hub.notifications.at(-1)?.id] });
});

test('of two windows one shows the toast, and both count it', async () => {
  openFace(hub);
  openFace(hub);
  await expect.poll(() => document.querySelectorAll('[data-testid="notification-bell"]').length).toBe(2);
  await expect.poll(() => document.querySelectorAll('[data-focused]').length).toBe(2);
  add(notification('once'));
  const badges = () => document.querySelectorAll('[aria-label="Notifications, 1 unread"]').length;
  await expect.poll(badges).toBe(2);
  await expect.poll(() => document.querySelectorAll('[data-toast]').length).toBe(1);
  // Both have had their go once the next one is shown as well.
  add(notification('twice'));
  await expect.poll(() => document.querySelectorAll('[data-toast]').length).toBe(2);
});

test('what is switched off or comes in quiet hours is under the bell only', async () => {
  await open();
  add(notification('quiet', { toast: false, desktop: false }), notification('loud'));
  await expect.element(toast('loud')).toBeVisible();
  await expect.element(toast('quiet')).not.toBeInTheDocument();
  await expect.element(bell()).toHaveAccessibleName('Notifications, 2 unread');
});

test('one that is answered or read elsewhere takes its toast with it', async () => {
  await open();
  add(notification('worker: asks for permission', { type: 'agent_error', level: 'warning' }));
  await expect.element(toast('worker: asks for permission')).toBeVisible();
  hub.changeNotifications(hub.notifications.map((one) => ({ ...one, read: true })));
  await expect.poll(() => document.querySelector('[data-toast]')).toBeNull();
});

test('errors stay until they are closed, others go by themselves; five are shown at most', async () => {
  await open();
  await userEvent.hover(page.getByTestId('sidebar-rail')); // what is pointed at stays
  add(notification('e1', { level: 'error' }), ...['a', 'b', 'c', 'd', 'e', 'f'].map((title) => notification(title)));
  const shown = () =>
    [...document.querySelectorAll('[data-toast] button:first-of-type')].map((one) => one.textContent?.trim());
  await expect.poll(shown).toEqual(['e1', 'c', 'd', 'e', 'f']);
  await expect.poll(shown).toEqual(['e1']);
  await page.getByRole('button', { name: 'Close: e1' }).click();
  await expect.poll(shown).toEqual([]);
  expect(hub.notifications.every(({ read }) => !read)).toBe(true);
});

test('by keyboard: Alt+T goes to the newest toast, Escape closes it and goes on to the next', async () => {
  await open();
  add(notification('one', { level: 'error' }), notification('two', { level: 'error' }));
  await expect.element(toast('two')).toBeVisible();
  await userEvent.keyboard('{Alt>}t{/Alt}');
  expect(document.activeElement?.textContent).toContain('two');
  await userEvent.keyboard('{Escape}');
  await expect.element(toast('two')).not.toBeInTheDocument();
  await expect.element(page.getByRole('button', { name: 'Close: one' })).toHaveFocus();
});

test('what the open centre lists lies over it as no toast', async () => {
  await open();
  add(notification('one', { level: 'error' }));
  await expect.element(toast('one')).toBeVisible();
  await bell().click();
  await expect.element(centre().getByText('one')).toBeVisible();
  await expect.poll(() => document.querySelector('[data-toast]')).toBeNull();
  expect(hub.notifications.at(-1)?.read).toBe(false);
});

test('the centre marks all read and clears; empty, it says what will be there', async () => {
  hub.notifications = [notification('one'), notification('two')];
  await open();
  await bell().click();
  await centre().getByRole('button', { name: 'Mark all read' }).click();
  await expect.element(bell()).toHaveAccessibleName('Notifications');
  await expect.element(centre().getByRole('button', { name: 'Mark all read' })).not.toBeInTheDocument();
  await centre().getByRole('button', { name: 'Clear' }).click();
  await expect.element(centre().getByText('Nothing has happened yet')).toBeVisible();
  expect(hub.notifications).toEqual([]);
});

test('a click in the centre goes there: to a session, or to the board for a task', async () => {
  const projectId = ProjectId.parse(hub.session(sessionOf('worker')).state.projectId ?? '');
  hub.notifications = [
    notification('worker: a task is ready for review', { type: 'task_review', taskId: 't1', projectId }),
    notification('billing-api: failed', { level: 'error', sessionId: sessionOf('billing-api') }),
  ];
  await open();
  await bell().click();
  await centre()
    .getByRole('button', { name: /billing-api: failed/ })
    .click();
  await expect.poll(boxInFocus).toBe('billing-api');
  await expect.element(centre()).not.toBeInTheDocument();
  await expect.element(bell()).toHaveAccessibleName('Notifications, 1 unread');
  await bell().click();
  await centre()
    .getByRole('button', { name: /ready for review/ })
    .click();
  await expect.element(page.getByRole('complementary', { name: 'Tasks' })).toBeVisible();
  await expect.element(bell()).toHaveAccessibleName('Notifications');
});

test('a command that failed is a toast too, with why', async () => {
  hub.notifications = [notification('one')];
  hub.failNext.set('notifications.clear', new Error('boom'));
  await open();
  await bell().click();
  await centre().getByRole('button', { name: 'Clear' }).click();
  await expect.element(toast('The notifications were not cleared')).toBeVisible();
});

test('where the hub has no desktop the browser shows it, and takes it back once it is read', async () => {
  const shown: { title: string; tag: string | undefined; closed: boolean }[] = [];
  class Shown {
    static permission = 'granted';
    onclick: (() => void) | null = null;
    readonly #at: (typeof shown)[number];
    constructor(title: string, { tag }: NotificationOptions) {
      this.#at = { title, tag, closed: false };
      shown.push(this.#at);
    }
    close(): void {
      this.#at.closed = true;
    }
  }
  vi.stubGlobal('Notification', Shown);
  try {
    focused = false;
    await open();
    add(notification('one'));
    await expect.poll(() => shown).toEqual([{ title: 'one', tag: hub.notifications.at(-1)?.id, closed: false }]);
    hub.changeNotifications(hub.notifications.map((one) => ({ ...one, read: true })));
    await expect.poll(() => shown[0]?.closed).toBe(true);
    hub.desktop = true;
    add(notification('two'));
    await expect.element(toast('two')).toBeVisible();
    expect(shown).toHaveLength(1);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('the settings switch each way of each type, and the quiet hours', async () => {
  await open();
  await bell().click();
  await centre().getByRole('button', { name: 'What I am told of, and how…' }).click();
  const settings = page.getByRole('complementary', { name: 'Settings' });
  await settings.getByRole('checkbox', { name: 'An agent was woken: on the desktop' }).click();
  expect(lastInput(hub, 'settings.set')).toMatchObject({
    key: 'notifications',
    value: { types: { wake_event: { toast: true, desktop: false } }, quietHours: null },
  });
  await settings.getByRole('checkbox', { name: /^Quiet hours/ }).click();
  await settings.getByLabelText('From').fill('23:30');
  await userEvent.keyboard('{Tab}');
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({
      value: { types: { wake_event: { toast: true, desktop: false } }, quietHours: { from: '23:30', to: '07:00' } },
    });
});
