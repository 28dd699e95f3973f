import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { staysWithin } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'hostile' } });

/** Each would show itself: a dialog, a request, a changed page. */
const MARKUP = [
  '<script>window.broken = 1</script><img src="/broken.png" onerror="window.broken = 2">',
  '<svg onload="window.broken = 3"><use href="data:image/svg+xml,x"/></svg><iframe src="https://example.com"></iframe>',
  '[go](javascript:window.broken=4) [data](data:text/html,x) ![pixel](https://example.com/pixel.png)',
  '<style>body { display: none }</style><link rel="stylesheet" href="https://example.com/a.css"><base href="https://example.com">',
  '<form action="https://example.com"><input name="password" autofocus onfocus="window.broken = 5"></form><meta http-equiv="refresh" content="0;url=https://example.com">',
  '<div style="position:fixed;inset:0;z-index:99999;background:red" id="agor" role="dialog" aria-modal="true">Sign in again</div>',
  '<a href="https://example.com" target="_top" onclick="window.broken = 6">x</a><details open ontoggle="window.broken = 7"></details>',
].join(' ');

/** Title, clipboard, a link to a script, clear, the other screen, colours of both kinds. */
const ESCAPES =
  '\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\x1b[2J\x1b[?1049h\x1b[31mred\x1b[0m\x9b31m';

test('what an agent writes never runs, loads or covers anything', async ({ agor, page }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(agor.served.url).host) elsewhere.push(request.url());
  });
  page.on('dialog', (dialog) => elsewhere.push(`a dialog: ${dialog.message()}`));
  const folder = await agor.project('hostile');
  const box = new ProjectBox(page, 'hostile');
  const harmless = async (what: string) => {
    expect(await page.evaluate(() => (window as { broken?: number }).broken)).toBeUndefined();
    expect(elsewhere).toEqual([]);
    const strange =
      'script, iframe, object, embed, form[action], base, style, link, meta[http-equiv], svg use, [onclick], [onerror], [onload]';
    await expect(box.transcript.locator(strange)).toHaveCount(0);
    await expect(box.transcript.locator('[style*="fixed"]')).toHaveCount(0);
    const links = box.transcript.locator('a[href]');
    const targets = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(targets.filter((href) => !href?.startsWith('https://example.com'))).toEqual([]);
    await staysWithin(page);
    await expectAccessible(page, what);
  };

  await box.prompt(`say ${MARKUP}`);
  await box.turnsEnded(1);
  await expect(box.transcript.getByText('Sign in again').first()).toBeVisible();
  await harmless('markup');

  await box.newSession();
  const deep = `${'> '.repeat(200)}deep ${'*'.repeat(2000)} ${'['.repeat(2000)} ${'a'.repeat(30_000)}`;
  await box.prompt(`say ${deep}`);
  await box.turnsEnded(1);
  await harmless('deep and long lines');

  await box.newSession();
  writeFileSync(join(folder, 'escapes.txt'), `${ESCAPES}${MARKUP}\n${'x'.repeat(200_000)}\nend\n`);
  await box.prompt('read escapes.txt');
  await box.turnsEnded(1);
  await box.transcript.getByRole('button', { name: /^Read/ }).first().click();
  await harmless('output of a tool');
});

test('a command that turns the order of its letters around is asked as it is', async ({ agor, page }) => {
  await agor.project('turned');
  const box = new ProjectBox(page, 'turned');
  await box.prompt('run echo \u202eharmless\u202c \u200bhidden');
  const card = box.ask('Permission', /^Permission: .*⟨U\+202E⟩/);
  await expect(card).toContainText('echo ⟨U+202E⟩harmless⟨U+202C⟩ ⟨U+200B⟩hidden');
  await box.answer(card, 'Deny');
  await box.turnsEnded(1);
});
