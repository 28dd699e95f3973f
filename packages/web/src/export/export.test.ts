import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { sampleHub } from '../testing/sample-data.ts';

test('a session is exported from its menu, in the format and with the parts that the person chose', async () => {
  openFace(sampleHub());
  await page
    .getByRole('region', { name: 'web-shop', exact: true })
    .getByRole('button', { name: 'web-shop: session menu' })
    .click();
  await page.getByRole('menuitem', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export session' });
  await dialog.getByRole('radio', { name: /Markdown/ }).click();
  await dialog.getByRole('checkbox', { name: 'What tools printed' }).click();
  const { promise, resolve } = Promise.withResolvers<string>();
  const onclick = (event: MouseEvent) => {
    if (!(event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    resolve(event.target.getAttribute('href') ?? '');
  };
  // The link is never in the page: its click is seen on itself alone.
  const { click } = HTMLAnchorElement.prototype;
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    this.addEventListener('click', onclick);
    click.call(this);
  };
  try {
    await dialog.getByRole('button', { name: 'Export' }).click();
    expect(await promise).toMatch(/^\/export\/[^/]+\.md\?toolOutput=0$/);
  } finally {
    HTMLAnchorElement.prototype.click = click;
  }
  await expect.element(dialog).not.toBeInTheDocument();
});
