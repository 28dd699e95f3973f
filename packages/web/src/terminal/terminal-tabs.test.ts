import { ProjectId, PtyId, type PtyInfo, PtyOp } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeHub } from '../testing/fake-hub.ts';
import { lastInput } from '../testing/received.ts';
import { sampleProject } from '../testing/sample-project.ts';
import { MAX_LIVE_TERMINALS } from './live-terminals.svelte.ts';
import { FakePtySocket } from './testing/fake-pty-socket.ts';
import TerminalTabsHost from './testing/TerminalTabsHost.svelte';
import '../app.css';

function pty(id: string, title = 'bash', exit: PtyInfo['exit'] = null): PtyInfo {
  const size = { cols: 80, rows: 24 };
  const projectId = ProjectId.parse('billing');
  return { id: PtyId.parse(id), projectId, title, cwd: '/', pid: 1, size, exit, createdAt: Number(id.slice(1)) };
}

async function openTerminals(...ptys: PtyInfo[]) {
  localStorage.clear();
  const hub = new FakeHub();
  for (const one of ptys) hub.ptys.set(one.id, one);
  const sockets = new Map<string, FakePtySocket>();
  const connect = (url: string) => {
    const socket = new FakePtySocket();
    sockets.set(url.slice(url.lastIndexOf('/') + 1), socket);
    return socket.asWebSocket();
  };
  const project = sampleProject({ id: ProjectId.parse('billing'), name: 'billing', cwd: '/home/you/code/billing' });
  render(TerminalTabsHost, { hub, project, connect });
  /** The terminal's connection that lives now: one that gave its emulator back has a closed one from before. */
  const socketOf = async (id: string) => {
    const lives = () => sockets.get(id) !== undefined && sockets.get(id)?.readyState !== FakePtySocket.CLOSED;
    await expect.poll(lives).toBe(true);
    return sockets.get(id) as FakePtySocket;
  };
  const told = (...changed: PtyInfo[]) => {
    for (const one of changed) hub.ptys.set(one.id, one);
    hub.tell({ kind: 'ptys', changed, removed: [] });
  };
  return { hub, sockets, socketOf, told };
}
const tab = (name: string | RegExp) => page.getByRole('tab', { name });
const rows = () => document.querySelector('[role=tabpanel]:not([hidden]) .xterm-rows')?.textContent ?? '';

test('a terminal shows the screen it has, and what comes after it', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('$ make\r\n');
  await expect.poll(rows).toContain('$ make');
  socket.output('all done\r\n');
  await expect.poll(rows).toContain('all done');
  await expect.poll(() => socket.said(PtyOp.read).at(-1)).toEqual({ bytes: 'all done\r\n'.length });
});

test('what is typed goes to the terminal that has the focus', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('$ ');
  await expect.poll(rows).toContain('$');
  await tab('Terminal bash of billing').click();
  await userEvent.keyboard('ls{Enter}');
  await expect.poll(() => socket.typed()).toBe('ls\r');
});

test('a program’s questions are left to the pty host', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('');
  socket.output(
    '\x1b[c\x1b[>c\x1b[6n\x1b[?6n\x1b[5n\x1b]10;?\x1b\\\x1b]11;?\x07\x1b]4;1;?\x07\x1b[?2004$p\x1bP$qm\x1b\\\x1b[18tasked',
  );
  await expect.poll(rows).toContain('asked');
  expect(socket.typed()).toBe('');
});

test('the terminal takes the size of its place, in order with its output', async () => {
  const { socketOf, told } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('$ ');
  await expect.poll(() => socket.said(PtyOp.resize).length).toBeGreaterThan(0);
  const size = socket.said(PtyOp.resize).at(-1) as PtyInfo['size'];
  expect(size.cols).toBeGreaterThan(20);
  expect(document.querySelectorAll('.xterm-rows > div')).toHaveLength(24);
  socket.info({ ...pty('t1'), size });
  told({ ...pty('t1'), size });
  await expect.poll(() => document.querySelectorAll('.xterm-rows > div').length).toBe(size.rows);
});

test('arrow keys go from tab to tab, and only the chosen one is connected at first', async () => {
  const { sockets, socketOf } = await openTerminals(pty('t1', 'one'), pty('t2', 'two'), pty('t3', 'three'));
  await socketOf('t3');
  expect([...sockets.keys()]).toEqual(['t3']);
  await expect.element(tab('Terminal three of billing')).toHaveAttribute('aria-selected', 'true');
  (tab('Terminal three of billing').element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(tab('Terminal one of billing')).toHaveFocus();
  await expect.element(tab('Terminal one of billing')).toHaveAttribute('aria-selected', 'true');
  await socketOf('t1');
});

test('a new terminal opens in the project and becomes the chosen one', async () => {
  const { hub } = await openTerminals();
  await page.getByRole('button', { name: 'Open a terminal' }).click();
  expect(lastInput(hub, 'pty.spawn')).toMatchObject({ projectId: 'billing' });
  await expect.poll(() => page.getByRole('tab').elements().length).toBe(1);
  await page.getByTestId('tab-add').click();
  await expect.poll(() => page.getByRole('tab').elements().length).toBe(2);
  await expect.element(page.getByRole('tab').nth(1)).toHaveAttribute('aria-selected', 'true');
});

test('a living shell is ended only after a question, and Escape keeps it', async () => {
  const { hub, socketOf } = await openTerminals(pty('t1'), pty('t2', 'server'));
  (await socketOf('t2')).screen('');
  (tab('Terminal server of billing').element() as HTMLElement).focus();
  await userEvent.keyboard('{Delete}');
  const question = page.getByRole('alertdialog', { name: 'Close the terminal server' });
  await expect.element(question.getByRole('button', { name: 'End “server”' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(question).not.toBeInTheDocument();
  expect(lastInput(hub, 'pty.kill')).toBeUndefined();
  (tab('Terminal server of billing').element() as HTMLElement).focus();
  await userEvent.keyboard('{Delete}{Enter}');
  await expect.poll(() => lastInput(hub, 'pty.kill')).toMatchObject({ id: 't2' });
  await expect.element(tab('Terminal bash of billing')).toHaveAttribute('aria-selected', 'true');
});

test('a shell that ended says how, and can be started again or closed', async () => {
  const { hub } = await openTerminals(pty('t1', 'bash', { code: 1, signal: null }));
  await expect.element(tab('Terminal bash of billing, exited 1')).toBeVisible();
  await page.getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => lastInput(hub, 'pty.spawn')).toMatchObject({ projectId: 'billing', cwd: '/' });
  await expect.poll(() => lastInput(hub, 'pty.kill')).toMatchObject({ id: 't1' });
});

test('a double click renames', async () => {
  const { hub } = await openTerminals(pty('t1'));
  await tab('Terminal bash of billing').dblClick();
  await expect.element(page.getByRole('textbox', { name: 'New name of Terminal bash of billing' })).toHaveFocus();
  await userEvent.keyboard('dev server{Enter}');
  await expect.poll(() => lastInput(hub, 'pty.rename')).toMatchObject({ id: 't1', title: 'dev server' });
});

test('a terminal whose tab is not shown draws nothing, and tells nothing as read', async () => {
  const { socketOf } = await openTerminals(pty('t1', 'flood'), pty('t2', 'quiet'));
  (await socketOf('t2')).screen('quiet');
  await tab('Terminal flood of billing').click();
  const flood = await socketOf('t1');
  flood.screen('flood');
  await expect.poll(rows).toContain('flood');
  await tab('Terminal quiet of billing').click();
  await expect.poll(rows).toContain('quiet');
  const panel = () => document.querySelector('[role=tabpanel][hidden] .xterm-rows')?.textContent ?? '';
  // The browser tells that an element is hidden in one of the next frames.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const before = flood.said(PtyOp.read).length;
  flood.output('y\r\n'.repeat(1000));
  (await socketOf('t2')).output('drawn');
  await expect.poll(rows).toContain('drawn');
  expect(flood.said(PtyOp.read)).toHaveLength(before);
  expect(panel()).not.toContain('y');
  await tab('Terminal flood of billing').click();
  await expect.poll(() => flood.said(PtyOp.read).at(-1)).toEqual({ bytes: 3000 });
});

test('more terminals than the bound: those shown longest ago give their emulator back', async () => {
  const all = Array.from({ length: MAX_LIVE_TERMINALS + 2 }, (_, at) => pty(`t${at + 1}`, `shell${at + 1}`));
  const { sockets, socketOf } = await openTerminals(...all);
  for (const { id, title } of all) {
    await tab(`Terminal ${title} of billing`).click();
    (await socketOf(id)).screen(title);
    await expect.poll(rows).toContain(title);
  }
  await expect.poll(() => document.querySelectorAll('.xterm').length).toBe(MAX_LIVE_TERMINALS);
  const first = sockets.get('t1');
  expect(first?.readyState).toBe(FakePtySocket.CLOSED);
  await tab('Terminal shell1 of billing').click();
  await expect.poll(() => sockets.get('t1') !== first).toBe(true);
  (await socketOf('t1')).screen('as it is now');
  await expect.poll(rows).toContain('as it is now');
});

test('a connection that is lost is made again and begins with the screen of that moment', async () => {
  const { sockets, socketOf } = await openTerminals(pty('t1'));
  const first = await socketOf('t1');
  first.screen('before');
  await expect.poll(rows).toContain('before');
  first.closes(1006);
  await expect.poll(() => sockets.get('t1') !== first).toBe(true);
  (await socketOf('t1')).screen('after');
  await expect.poll(rows).toContain('after');
  expect(rows()).not.toContain('before');
});

test('a terminal finds words in its scrollback', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen(Array.from({ length: 60 }, (_, at) => `line ${at}`).join('\r\n'));
  await expect.poll(rows).toContain('line 59');
  await tab('Terminal bash of billing').click();
  await userEvent.keyboard('{Control>}{Shift>}f{/Shift}{/Control}');
  await userEvent.keyboard('line 1');
  await expect.element(page.getByText(/of 11$/)).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('textbox', { name: 'Find in the terminal' })).not.toBeInTheDocument();
});

/** Pastes as a browser does, into what has the focus. */
function paste(text: string): void {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  document.activeElement?.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
  );
}

test('lines are pasted into a shell that runs each of them only after a question', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('$ ');
  await expect.poll(rows).toContain('$');
  await tab('Terminal bash of billing').click();
  await expect.element(page.getByRole('textbox', { name: 'Terminal bash of billing' })).toHaveFocus();
  paste('rm -r a\nrm -r b\n');
  const question = page.getByRole('alertdialog', { name: 'Paste 2 lines' });
  await expect.element(question.getByRole('button', { name: 'Don’t paste' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(question).not.toBeInTheDocument();
  expect(socket.typed()).toBe('');
  paste('one\ntwo');
  await question.getByRole('button', { name: 'Paste 2 lines' }).click();
  await expect.poll(() => socket.typed()).toBe('one\rtwo');
  socket.output('\x1b[?2004h');
  await expect.poll(() => socket.said(PtyOp.read).length).toBeGreaterThan(0);
  paste('a\nb');
  await expect.poll(() => socket.typed()).toContain('\x1b[200~a\rb\x1b[201~');
  await expect.element(question).not.toBeInTheDocument();
});

test('what is typed while the terminal attaches reaches it', async () => {
  const { socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  await tab('Terminal bash of billing').click();
  await expect.element(page.getByRole('textbox', { name: 'Terminal bash of billing' })).toHaveFocus();
  await userEvent.keyboard('ls{Enter}');
  expect(socket.typed()).toBe('');
  socket.screen('$ ');
  await expect.poll(() => socket.typed()).toBe('ls\r');
});

test('a program that rings shows it at its tab, until somebody looks', async () => {
  const { told, socketOf } = await openTerminals(pty('t1', 'build'), pty('t2', 'shell'));
  await socketOf('t2');
  await expect.element(tab('Terminal build of billing')).toBeVisible();
  told({ ...pty('t1', 'build'), bells: 1 });
  await expect.element(tab('Terminal build of billing, rang')).toBeVisible();
  await tab('Terminal build of billing, rang').click();
  await expect.element(page.getByRole('tab', { name: 'Terminal build of billing', exact: true })).toBeVisible();
});

test('WebGL that cannot be had, or is lost, leaves the terminal to the DOM', async () => {
  const { hub, socketOf } = await openTerminals(pty('t1'));
  const socket = await socketOf('t1');
  socket.screen('still here');
  const renderer = () => document.querySelector<HTMLElement>('[data-renderer]')?.dataset.renderer;
  await expect.poll(renderer).toBe('dom');
  hub.settings = { ...hub.settings, term_renderer: 'webgl' };
  hub.tell({ kind: 'settings', settings: hub.settings });
  const canDraw = document.createElement('canvas').getContext('webgl2') !== null;
  if (canDraw) {
    await expect.poll(renderer).toBe('webgl');
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.xterm-screen canvas'))
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    await expect.poll(renderer, { timeout: 10_000 }).toBe('dom');
  }
  await expect.poll(rows).toContain('still here');
});
