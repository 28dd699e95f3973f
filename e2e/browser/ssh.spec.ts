import { createServer } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'ssh' } });

/** A port of this computer where nobody listens. */
function deadPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

test('a connection is written down, opened in a terminal, changed, copied and deleted', async ({ agor, page }) => {
  test.setTimeout(180_000);
  await agor.project('remote');
  const box = new ProjectBox(page, 'remote');
  await box.region.getByRole('tab', { name: 'SSH' }).click();
  await box.region.getByRole('button', { name: 'New connection' }).click();
  const form = page.getByRole('dialog', { name: 'New SSH connection' });
  await form.getByLabel('Name').fill('web server');
  await form.getByLabel('Host').fill('-oProxyCommand=touch');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText(/can't begin with a dash/)).toBeVisible();
  await form.getByLabel('Host').fill('127.0.0.1');
  await form.getByLabel('Port').fill(String(await deadPort()));
  await form.getByLabel('Folder in the list').fill('work');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form).toBeHidden();
  const work = box.region.getByRole('list', { name: 'work' });
  await expect(work.getByText('web server')).toBeVisible();

  await box.region.getByRole('button', { name: 'Connect to web server' }).click();
  const terminal = page.getByRole('tabpanel', { name: 'Terminal web server of remote' });
  await expect.poll(() => terminal.locator('.xterm-rows').textContent()).toContain('Connection');
  await expect(work.getByText('connection lost')).toBeVisible();
  await box.region.getByRole('button', { name: 'Connect again' }).click();
  await expect(box.region.getByRole('button', { name: 'Connect again' })).toBeVisible();

  await box.region.getByRole('button', { name: 'More for web server' }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(work.getByText('web server copy')).toBeVisible();
  const { violations } = await new AxeBuilder({ page })
    .include('[data-testid="project-box"]')
    .withTags(['wcag2a', 'wcag2aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await pictures(page, agor, 'ssh', () => box.region.scrollIntoViewIfNeeded());
  await box.region.getByRole('button', { name: 'More for web server copy' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await box.region.getByRole('button', { name: 'Delete' }).click();
  await expect(work.getByText('web server copy')).toHaveCount(0);
});
