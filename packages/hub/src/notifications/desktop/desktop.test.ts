import { expect, test } from 'bun:test';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Notification } from '@agor/protocol';
import { createLogger, systemClock } from '@agor/runtime';
import { ManualClock, tempDir, until } from '@agor/runtime/testing';
import { findFreedesktop } from './freedesktop.ts';
import { findMacos } from './macos.ts';
import { DesktopTeller } from './teller.ts';
import { hasDbus, SessionBus } from './testing/session-bus.ts';

const real = test.skipIf(!hasDbus);
const WHY = '(needs dbus)';
const LIMIT_MS = 60_000;

const nasty = `it's "<b>bold</b>" & $(rm -rf /) \`x\` \\n %s\nnext`;

function notification(id: string, more: Partial<Notification> = {}): Notification {
  return {
    id,
    type: 'agent_complete',
    level: 'success',
    title: `Shop: ${id}`,
    body: '',
    projectId: null,
    sessionId: null,
    taskId: null,
    toast: true,
    desktop: true,
    at: 0,
    read: false,
    ...more,
  };
}

real(
  `a notification daemon gets title, words and urgency as they are, and takes one back ${WHY}`,
  async () => {
    await using bus = new SessionBus();
    await bus.startDaemon('body', 'body-markup');
    const desktop = await findFreedesktop(bus.env, systemClock);
    if (!desktop) throw new Error('no desktop');
    const handle = await desktop.show({ title: nasty, body: nasty, urgency: 'critical' });
    await desktop.show({ title: '-1', body: '', urgency: 'low' });
    await desktop.close(handle ?? '');
    await until('all came', () => bus.calls.length === 4);
    const line = nasty.replace('\n', ' ');
    const escaped = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(bus.calls.slice(1)).toEqual([
      { method: 'Notify', id: 1, app: 'agor', summary: line, body: escaped, urgency: 2 },
      { method: 'Notify', id: 2, app: 'agor', summary: '-1', body: '', urgency: 0 },
      { method: 'CloseNotification', id: 1 },
    ]);
  },
  LIMIT_MS,
);

real(
  `where the daemon shows no markup the words stay as they are; without a daemon there is no desktop ${WHY}`,
  async () => {
    await using bus = new SessionBus();
    await bus.startDaemon('body');
    const desktop = await findFreedesktop(bus.env, systemClock);
    await desktop?.show({ title: 'a', body: '1 < 2 & 3', urgency: 'normal' });
    await until('it came', () => bus.calls.length === 2);
    expect(bus.calls[1]).toMatchObject({ body: '1 < 2 & 3', urgency: 1 });
    await bus.endDaemon();
    expect(await findFreedesktop(bus.env, systemClock)).toBeNull();
    expect(await desktop?.show({ title: 'a', body: '', urgency: 'normal' })).toBeNull();
  },
  LIMIT_MS,
);

real(
  `what a window shows or the person has read is not told on the desktop, and a desktop that comes later is found ${WHY}`,
  async () => {
    await using bus = new SessionBus();
    using dir = tempDir();
    const clock = new ManualClock();
    const log = createLogger({ name: 'test', file: join(dir.path, 'log') });
    using teller = new DesktopTeller({ clock, log, find: () => findFreedesktop(bus.env, systemClock) });
    const there: boolean[] = [];
    teller.onChange(() => there.push(teller.isThere));
    await teller.start();
    expect(teller.isThere).toBe(false);
    await bus.startDaemon('body');
    clock.advance(60_000);
    teller.show(notification('late', { type: 'agent_error' }));
    teller.show(notification('shown'));
    teller.withdraw('shown');
    clock.advance(1_500);
    await until('it is shown', () => bus.calls.length === 2);
    expect(bus.calls[1]).toMatchObject({ method: 'Notify', summary: 'Shop: late', urgency: 2 });
    expect(there).toEqual([true]);
    // Its handle is known once the daemon has answered; whenever it is read, it goes.
    teller.withdraw('late');
    await until('it is taken back', () => bus.calls.length === 3);
    expect(bus.calls[2]).toEqual({ method: 'CloseNotification', id: 1 });
    for (let i = 0; i < 20; i++) teller.show(notification(`n${i}`));
    clock.advance(1_500);
    await until('four more are shown', () => bus.calls.length === 7);
    clock.advance(10_000);
    teller.show(notification('last'));
    clock.advance(1_500);
    await until('the last is shown', () => bus.calls.length === 8);
    expect(bus.calls[7]).toMatchObject({ summary: 'Shop: last' });
  },
  LIMIT_MS,
);

/** A program that writes its arguments down, one a line. */
function standIn(dir: string, name: string): () => string[] {
  const said = join(dir, `${name}.said`);
  writeFileSync(join(dir, name), `#!/bin/sh\nfor word in "$@"; do printf '%s|' "$word" >> '${said}'; done\n`);
  chmodSync(join(dir, name), 0o755);
  return () => readFileSync(said, 'utf8').split('|').slice(0, -1);
}

test('without gdbus notify-send is used, on a screen only, and its words go through no shell', async () => {
  using dir = tempDir();
  const said = standIn(dir.path, 'notify-send');
  const env = { PATH: dir.path, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
  expect(await findFreedesktop(env, systemClock)).toBeNull();
  expect(await findFreedesktop({ PATH: dir.path, DISPLAY: ':0' }, systemClock)).toBeNull();
  const desktop = await findFreedesktop({ ...env, DISPLAY: ':0' }, systemClock);
  expect(await desktop?.show({ title: '--help $(id)', body: '<a> & b', urgency: 'critical' })).toBe('');
  expect(said()).toEqual(['--app-name=agor', '--urgency=critical', '--', '--help $(id)', '&lt;a&gt; &amp; b']);
});

test('on macOS the words are arguments of the script', async () => {
  using dir = tempDir();
  const said = standIn(dir.path, 'osascript');
  const desktop = findMacos({ PATH: dir.path }, systemClock);
  expect(await desktop?.show({ title: 'a" & (do shell script "x")', body: 'b', urgency: 'low' })).toBe('');
  expect(said().slice(2)).toEqual(['--', 'a" & (do shell script "x")', 'b']);
  expect(findMacos({ PATH: '' }, systemClock)).toBeNull();
});
