import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { ProjectBox } from './project-box.ts';

/*
 * The checklist of the workbench. What there is to open (tabs, sections of the settings, themes, commands) is read from the running page, so
 * that whatever is added is checked as well; what must be there (spec §10) stands in `REQUIRED`. A complaint on the console fails any of
 * these tests by the fixture of `page`.
 */
test.use({ world: { name: 'checklist' } });
test.describe.configure({ timeout: 600_000 });

const REQUIRED = {
  tabs: ['Model', 'Docs', 'Context', 'Files', 'SSH', 'Memory', 'Metrics', 'Tasks', 'Architecture', 'Testing', 'Audit'],
  sections: [
    'Appearance',
    'Defaults',
    'Updates',
    'Agents',
    'Secrets',
    'Plugins',
    'Projects',
    'Keyboard',
    'Notifications',
  ],
  commands: [
    'project.next',
    'project.previous',
    'project.prompt',
    'tab.files',
    'tab.tasks',
    'tab.audit',
    'terminal.toggle',
    'terminal.new',
    'panel.settings',
    'panel.comms',
    'panel.tasks',
    'search.open',
    'help.keys',
    'theme.followSystem',
  ],
};
/** They end the page or the window's sign-in, which other tests look at. */
const NOT_HERE = /^command:(window\.|demo\.remove|session\.(stop|restart))/;

/** A project in which something was done, so that no surface is empty. */
async function lively(agor: Parameters<Parameters<typeof test>[2]>[0]['agor'], page: Page, name: string) {
  const folder = await agor.project(name);
  mkdirSync(join(folder, 'docs'));
  writeFileSync(
    join(folder, 'README.md'),
    '# Read me\n\nSee [the guide](docs/guide.md).\n\n```ts\nconst a = 1;\n```\n',
  );
  writeFileSync(join(folder, 'docs', 'guide.md'), '# Guide\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  writeFileSync(join(folder, 'package.json'), '{ "name": "x", "scripts": { "test": "echo ok" } }\n');
  const box = new ProjectBox(page, name);
  await box.prompt('todo');
  await box.turnsEnded(1);
  await box.prompt('Round the totals.');
  await expect(box.asks).toHaveCount(1);
  return box;
}

test('every tab of a project opens, complains of nothing and is accessible', async ({ agor, page }) => {
  const box = await lively(agor, page, 'tabs');
  const tabs = box.region.getByTestId('project-tabs').getByRole('tab');
  const names = await tabs.allTextContents();
  expect.soft(names.map((name) => name.trim())).toEqual(expect.arrayContaining(REQUIRED.tabs));
  for (const tab of await tabs.all()) {
    await tab.click();
    const panel = box.region.locator(`#${await tab.getAttribute('aria-controls')}`);
    await expect(panel).toBeVisible();
    await settled(page);
    await expectAccessible(page, `the tab ${await tab.textContent()}`);
  }
});

test('every section of the settings opens, complains of nothing and is accessible', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings' }).click();
  const sections = page.getByRole('tablist', { name: 'Settings' }).getByRole('tab');
  expect.soft(await sections.allTextContents()).toEqual(expect.arrayContaining(REQUIRED.sections));
  for (const section of await sections.all()) {
    await section.click();
    await expect(page.getByRole('tabpanel', { name: (await section.textContent()) ?? '' })).toBeVisible();
    await settled(page);
    await expectAccessible(page, `the settings of ${await section.textContent()}`);
  }
});

test('in every theme a page with agents at work can be read', async ({ agor, page }) => {
  await lively(agor, page, 'themes');
  const themes = await themeIds(page);
  expect(themes.length).toBeGreaterThanOrEqual(17);
  for (const theme of themes) {
    await agor.agor('config', 'set', 'theme', JSON.stringify(theme));
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await settled(page);
    await expectAccessible(page, `the theme ${theme}`);
  }
});

test('every command runs, complains of nothing and leaves an accessible page', async ({ agor, page }) => {
  await lively(agor, page, 'commands');
  const keys = await commandKeys(page);
  expect.soft(keys).toEqual(expect.arrayContaining(REQUIRED.commands.map((id) => `command:${id}`)));
  for (const key of keys.filter((each) => !NOT_HERE.test(each))) {
    if (!(await runCommand(page, key))) continue;
    await settled(page);
    await expectAccessible(page, key);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await leaveDialogs(page);
  }
});

async function openCommands(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('>');
}

async function commandKeys(page: Page): Promise<string[]> {
  await openCommands(page);
  const keys = await page
    .getByRole('option')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-key') ?? ''));
  await page.keyboard.press('Escape');
  return keys;
}

/** Whether it could be run now: some can only while others were. */
async function runCommand(page: Page, key: string): Promise<boolean> {
  await openCommands(page);
  const option = page.locator(`[role="option"][data-key="${key}"]`);
  const isThere = (await option.count()) > 0;
  if (isThere) await option.click();
  else await page.keyboard.press('Escape');
  await expect(page.getByTestId('palette-input')).toHaveCount(
    key === 'command:palette.open' || key === 'command:palette.files' ? 1 : 0,
  );
  return isThere;
}

async function themeIds(page: Page): Promise<string[]> {
  const keys = await commandKeys(page);
  return keys.flatMap((key) => /^command:theme\.choose\.(.+)$/.exec(key)?.[1] ?? []);
}

async function leaveDialogs(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  if ((await dialog.count()) > 0) await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
}

/** Nothing loads any more, and what moves has come to rest. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('img', { name: /loading/i })).toHaveCount(0);
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => each.effect?.getTiming().iterations !== Infinity)
        .map((each) => each.finished),
    ),
  );
}
