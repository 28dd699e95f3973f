import { expect, type Page, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'notifications' } });

const toasts = (page: Page) => page.getByRole('region', { name: 'Toasts' });
const toast = (page: Page, title: string) => toasts(page).getByRole('button', { name: new RegExp(`^${title}`) });
const unread = (page: Page, n: number) =>
  page.getByRole('button', { name: n > 0 ? `Notifications, ${n} unread` : 'Notifications', exact: true });
const centre = (page: Page) => page.getByRole('dialog', { name: 'Notifications' });
const focused = (page: Page) => page.locator('[data-testid="project-box"][data-focused]');

/** The project that is looked at, and the one in which things happen. */
let here: string;
let away: string;
let folder: string;
let tests = 0;

test.beforeEach(async ({ agor, page }) => {
  tests += 1;
  [here, away] = [`here${tests}`, `away${tests}`];
  await agor.project(here);
  folder = await agor.project(away);
  await expect(new ProjectBox(page, away).composer).toBeVisible();
  await page.getByTestId('notification-bell').click();
  await expect(centre(page)).toBeVisible();
  const clear = centre(page).getByRole('button', { name: 'Clear' });
  if ((await clear.count()) > 0) await clear.click();
  await expect(centre(page).getByText('Nothing has happened yet')).toBeVisible();
  await page.keyboard.press('Escape');
  await look(page, here);
});

async function look(page: Page, name: string): Promise<void> {
  await new ProjectBox(page, name).composer.click();
  await expect(focused(page)).toHaveAttribute('aria-label', name);
}

test('an ask elsewhere is told, a click goes to it, and what ends before the eyes is not told', async ({
  agor,
  page,
}) => {
  const running = agor.ask('agor', 'run', '--cwd', folder, 'write note.txt words');
  await expect(toast(page, `${away}: asks for permission`)).toBeVisible();
  await expect(toasts(page)).toContainText('Write note.txt');
  await expect(unread(page, 1)).toBeVisible();
  await toast(page, `${away}: asks for permission`).click();
  await expect(focused(page)).toHaveAttribute('aria-label', away);
  await expect(unread(page, 0)).toBeVisible();
  const box = new ProjectBox(page, away);
  await box.answer(box.ask('Permission'), 'Allow');
  await running;
  await unread(page, 0).click();
  await expect(centre(page).getByRole('listitem')).toHaveCount(2);
  await expect(centre(page).getByRole('button', { name: `${away}: finished` })).toBeVisible();
  await expect(toasts(page).getByRole('listitem')).toHaveCount(0);
});

test('an ask that is answered elsewhere takes its toast with it', async ({ agor, page }) => {
  const running = agor.ask('agor', 'run', '--cwd', folder, 'write other.txt words');
  await expect(toast(page, `${away}: asks for permission`)).toBeVisible();
  const box = new ProjectBox(page, away);
  await box.answer(box.ask('Permission'), 'Allow');
  await running;
  await expect(toast(page, `${away}: asks for permission`)).toBeHidden();
});

test('finished and failed turns are told in one of two windows; a reload keeps them, and a click goes there', async ({
  agor,
  page,
  openWindow,
}) => {
  const other = await openWindow();
  await look(other, here);

  await agor.ask('agor', 'run', '--cwd', folder, 'fail');
  for (const window of [page, other]) await expect(unread(window, 1)).toBeVisible();
  const shown = async () => {
    const counts = await Promise.all([page, other].map((one) => toast(one, `${away}: failed`).count()));
    return counts.reduce((sum, n) => sum + n, 0);
  };
  await expect.poll(shown).toBe(1);
  await agor.ask('agor', 'run', '--cwd', folder, 'say hello');
  for (const window of [page, other]) await expect(unread(window, 2)).toBeVisible();
  // The failure stays until somebody closes it; what is done goes by itself.
  for (const window of [page, other]) await expect(toast(window, `${away}: finished`)).toHaveCount(0);
  expect(await shown()).toBe(1);

  await page.reload();
  await expect(unread(page, 2)).toBeVisible();
  await expect(toasts(page).getByRole('listitem')).toHaveCount(0);
  await unread(page, 2).click();
  await expect(centre(page).getByRole('listitem')).toContainText([`${away}: finished`, `${away}: failed`]);
  await centre(page)
    .getByRole('button', { name: `${away}: failed` })
    .click();
  await expect(focused(page)).toHaveAttribute('aria-label', away);
  for (const window of [page, other]) await expect(unread(window, 1)).toBeVisible();
  await expect.poll(shown).toBe(0);
});
