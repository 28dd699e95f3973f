import { createServer, type Socket } from 'node:net';
import { bad } from '../plugins/bad.ts';
import { place, source } from '../plugins/place.ts';
import { expect, type Page, test } from './fixtures.ts';

// What the browser says of each thing that it refuses a plugin is what this test wants to hear.
test.use({
  world: { name: 'plugins-hostile' },
  expected: {
    complaints: [/Content Security Policy/, /127\.0\.0\.1:\d+/, /ERR_BLOCKED_BY_CSP/, /net::ERR/, /sandboxed/],
  },
});

async function settings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Plugins' }).click();
}

/** The page answers at once, which it would not if its own thread were taken. */
async function answers(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let n = 0; n < 20; n++) await new Promise((done) => setTimeout(done, 0));
  });
}

test('a hostile plugin gets nothing: no network, no storage, no page, no code from text, no call that it did not declare', async ({
  page,
  agor,
}) => {
  await using trap = await openTrap();
  await place(agor, { id: 'hostile', name: 'Hostile', permissions: ['ui'], code: trap.bait(source('hostile.js')) });
  await page.getByRole('button', { name: 'Plugins', exact: true }).click();
  const panel = page.getByTestId('plugin-panel');
  await expect(panel).toContainText('What I got');
  const rows = await panel.getByRole('row').allInnerTexts();
  const got = Object.fromEntries(rows.slice(1).map((row) => row.split('\t').map((cell) => cell.trim())));
  test.info().annotations.push({ type: 'got', description: JSON.stringify(got) });
  // Its own worker is all that it can name; that it may set what has no effect is no way out.
  const harmless = { navigate: /refused|set/, frozen: /refused|hostile/, broadcast: /refused/ };
  for (const [way, what] of Object.entries(got))
    expect(what, way).toMatch((harmless as Record<string, RegExp>)[way] ?? /^(refused \w+|nothing|undefined)$/);
  expect(trap.said()).toEqual([]);
  expect(trap.connections()).toBe(0);
  await trap.works();
  expect(Object.keys(got).length).toBeGreaterThan(35);
  expect(await page.evaluate(() => location.pathname)).toBe('/');
  await agor.agor('plugins', 'disable', 'hostile');
});

test('the policy alone keeps a worker of that page from the network, from storage and from code made of text', async ({
  page,
}) => {
  await using trap = await openTrap();
  const got = await page.evaluate(
    (worker) =>
      new Promise<Record<string, string>>((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => done(JSON.parse(data as string));
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts');
        frame.onload = () => frame.contentWindow?.postMessage({ worker, program: '', init: '{}' }, '*', [port2]);
        frame.src = '/plugin-page';
        document.body.append(frame);
      }),
    trap.bait(source('without-wrapper.js')),
  );
  test.info().annotations.push({ type: 'got', description: JSON.stringify(got) });
  for (const [way, what] of Object.entries(got)) expect(what, way).toMatch(/^(refused|got nothing)/);
  expect(Object.keys(got).length).toBeGreaterThan(15);
  expect(trap.said()).toEqual([]);
  expect(trap.connections()).toBe(0);
  await trap.works();
});

test('plugins that loop, flood, send too much, break or take all memory are ended and told; the page and the others go on', async ({
  page,
  agor,
}) => {
  test.setTimeout(240_000);
  const good = `let n = 0; agor.ui.statusItem({ text: 'good 0' }, () => agor.ui.statusItem({ text: 'good ' + ++n }));`;
  await place(agor, { id: 'good', name: 'Good', permissions: ['ui'], code: good });
  const item = page.getByTestId('plugin-status');
  await expect(item).toHaveText('good 0');
  await settings(page);
  const ended: Readonly<Record<string, RegExp>> = {
    'loop-at-load': /ended/,
    flood: /more messages than agor takes/,
    'log-flood': /more messages than agor takes/,
    huge: /too long/,
    syntax: /error/,
    throws: /not today/,
  };
  for (const [id, why] of Object.entries(ended)) {
    const plugin = bad[id];
    if (!plugin) throw new Error(`there is no ${id}`);
    await place(agor, { id, name: id, ...plugin });
    const card = page.getByRole('region', { name: id, exact: true });
    await expect(card).toHaveAttribute('data-plugin-status', 'ended', { timeout: 60_000 });
    await expect(card.getByRole('alert')).toHaveText(why);
    await answers(page);
    await agor.agor('plugins', 'disable', id);
  }
  await place(agor, { id: 'loop-in-callback', name: 'loop-in-callback', ...required('loop-in-callback') });
  const looping = page.getByRole('region', { name: 'loop-in-callback', exact: true });
  await expect(looping).toHaveAttribute('data-plugin-status', 'running');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Never come back');
  await page.keyboard.press('Enter');
  await answers(page);
  await settings(page);
  await expect(looping).toHaveAttribute('data-plugin-status', 'ended', { timeout: 60_000 });
  await place(agor, { id: 'markup', name: 'markup', ...required('markup') });
  await page.getByRole('button', { name: 'Plugins', exact: true }).click();
  await expect(page.getByTestId('plugin-panel')).toContainText('<script>');
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
  for (const id of ['raw', 'broken-out']) await place(agor, { id, name: id, ...required(id) });
  await item.click();
  await expect(item).toHaveText('good 1');
  await answers(page);
});

test('a plugin that draws without end, opens its panel unasked or speaks for agor takes nothing from the person', async ({
  page,
  agor,
}) => {
  test.setTimeout(240_000);
  const hearer = `const heard = []; const hear = (what) => { heard.push(what); agor.ui.statusItem({ text: heard.join(' ') }); };
    agor.events.on('session.status', () => hear('forged')); agor.settings.onChange(() => hear('forged')); agor.events.on('session.end', () => hear('end'));
    agor.ui.statusItem({ text: 'listens' });`;
  await place(agor, { id: 'hearer', name: 'Hearer', permissions: ['ui', 'events'], code: hearer });
  const item = page.getByTestId('plugin-status').filter({ hasText: /listens|forged|end/ });
  await expect(item).toHaveText('listens');
  const changed = `agor.events.emit('changed', {});`;
  await place(agor, { id: 'settings', name: 'Settings of mine', permissions: ['events'], code: changed });
  const session = `agor.events.emit('status', {}); agor.events.emit('end', {});`;
  await place(agor, { id: 'session', name: 'Session', permissions: ['events'], code: session });
  await expect(item).toHaveText('end');

  const lists = `let n = 0; const draw = () => { n++; agor.ui.panel({ title: 'Drawn ' + n, blocks: Array.from({ length: 50 }, () =>
    ({ kind: 'list', items: Array.from({ length: 6 }, (_, i) => ({ text: n + ' ' + i })) })) }); agor.ui.openPanel(); setTimeout(draw, 30); }; draw();`;
  await place(agor, { id: 'lists', name: 'Lists', permissions: ['ui'], code: lists });
  const panel = page.getByTestId('plugin-panel');
  await expect(panel).toContainText(/Drawn \d\d/);
  await answers(page);
  await page.getByRole('button', { name: 'Plugins', exact: true }).click();
  await expect(panel).toHaveCount(0);
  const bulk = `const draw = () => { agor.ui.panel({ title: 'Bulk', blocks: [{ kind: 'markdown', text: '*a_'.repeat(16000) }, { kind: 'markdown', text: '|a|b|\\n|-|-|\\n' + '| x | **y** |\\n'.repeat(3500) }] }); setTimeout(draw, 12); }; draw();`;
  await place(agor, { id: 'bulk', name: 'Bulk', permissions: ['ui'], code: bulk });
  await settings(page);
  await expect(page.getByRole('region', { name: 'Bulk', exact: true })).toHaveAttribute('data-plugin-status', 'ended', {
    timeout: 60_000,
  });
  await answers(page);
  for (const id of ['lists', 'bulk', 'session', 'settings', 'hearer']) await agor.agor('plugins', 'disable', id);
});

test('a plugin that is switched off leaves nothing: no frame, no command, no panel, no item', async ({
  page,
  agor,
}) => {
  const frames = () => page.locator('iframe[data-plugin="guest"]').count();
  const code = `agor.palette.registerCommand('Greet', () => {}); agor.ui.panel({ title: 'Guest', blocks: [] }); agor.ui.statusItem({ text: 'guest' });`;
  await place(agor, { id: 'guest', name: 'Guest', permissions: ['palette', 'ui'], code });
  const guest = page.getByTestId('plugin-status').filter({ hasText: 'guest' });
  await expect(guest).toBeVisible();
  expect(await frames()).toBe(1);
  const before = page.workers().length;
  await agor.agor('plugins', 'disable', 'guest');
  await expect(guest).toHaveCount(0);
  expect(await frames()).toBe(0);
  await expect.poll(() => page.workers().length).toBeLessThanOrEqual(before);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Greet');
  await expect(page.getByRole('option', { name: /Greet/ })).toHaveCount(0);
});

function required(id: string) {
  const plugin = bad[id];
  if (!plugin) throw new Error(`there is no ${id}`);
  return plugin;
}

/** Somebody outside who waits to be called: a real port, whose connections are counted, whatever is spoken over them. */
async function openTrap() {
  let connections = 0;
  const open = new Set<Socket>();
  const said: string[] = [];
  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on('data', (bytes) => said.push(bytes.toString('latin1').slice(0, 80)));
    socket.on('error', () => {}); // whoever called hung up
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    connections: () => connections,
    bait: (code: string) => code.replaceAll('s://agor-out.test', `://127.0.0.1:${port}`),
    /** It would have been seen. */
    works: async () => {
      await fetch(`http://127.0.0.1:${port}/`);
      expect(connections).toBe(1);
    },
    said: () => said,
    [Symbol.asyncDispose]: () => {
      for (const socket of open) socket.destroy();
      return new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
