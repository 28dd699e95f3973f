import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

const PROGRAMS = ['dbus-daemon', 'gdbus', 'gnome-keyring-daemon'];
const folders = (process.env.PATH ?? '').split(delimiter);
const hasKeyring = PROGRAMS.every((name) => folders.some((folder) => existsSync(join(folder, name))));
test.skip(!hasKeyring, 'a real gnome-keyring is needed');

// No vendor's program anywhere, so that no real agent is asked how it is signed in.
const env = { AGOR_PROVIDERS_DIR: '/nonexistent' };
test.use({ world: { name: 'secrets', keyring: true, env } });

const FIRST = `sk-ant-${'1'.repeat(40)}`;
const SECOND = `sk-ant-${'2'.repeat(40)}`;
const OWN = 'the-token-of-my-own-tools';
const TYPED = 'typed-and-never-seen-again';

async function open(page: Page, section: string): Promise<void> {
  const tab = page.getByRole('tab', { name: section, exact: true });
  if (!(await tab.isVisible())) await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await tab.click();
}
/** Everything that the hub said to the page. */
function overhear(page: Page): () => string {
  const heard: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
  return () => heard.join('\n');
}

test('keys are kept by the keyring of the system: set, replaced, used by an agent and removed, never shown', async ({
  page,
  agor,
}) => {
  const heard = overhear(page);
  await page.reload();
  await open(page, 'Secrets');
  const anthropic = page.getByRole('group', { name: 'Anthropic API key' });
  await expect(anthropic).toContainText('Not set');
  for (const [button, value] of [
    ['Set', FIRST],
    ['Replace', SECOND],
  ] as const) {
    await anthropic.getByRole('button', { name: `${button} Anthropic API key` }).click();
    const field = anthropic.getByLabel('Value of Anthropic API key');
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute('type', 'password');
    await field.fill(value);
    await field.press('Enter');
    await expect(field).toBeHidden();
    await expect(anthropic).toContainText('Set since');
  }
  await page.getByRole('textbox', { name: 'Name of a new secret' }).fill('tools_token');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const own = page.getByRole('group', { name: 'tools_token' });
  await own.getByLabel('Value of tools_token').fill(OWN);
  await own.getByLabel('Value of tools_token').press('Enter');
  await expect(own).toContainText('Set since');
  await expectAccessible(page, 'Settings › Secrets');
  await pictures(page, agor, 'secrets', () => own.scrollIntoViewIfNeeded());

  await open(page, 'Agents');
  const claude = page.getByRole('region', { name: /Claude/ });
  await claude.getByText(/^Settings of Claude/).click();
  await claude.getByRole('textbox', { name: 'Name of a new variable' }).fill('TOOLS_TOKEN');
  await claude.getByRole('button', { name: 'Use a secret for the value of the new variable' }).click();
  await page.getByRole('menuitem', { name: /tools_token/ }).click();
  await expect(claude.getByLabel('Value of TOOLS_TOKEN', { exact: true })).toHaveValue('secret://tools_token');
  await claude.getByRole('textbox', { name: 'Name of a new variable' }).fill('LEVEL');
  await claude.getByLabel('Value of the new variable', { exact: true }).fill(TYPED);
  await claude.getByLabel('Value of the new variable', { exact: true }).press('Enter');
  const level = claude.getByLabel('Value of LEVEL', { exact: true });
  await expect(level).toHaveAttribute('placeholder', 'kept');
  await expect(level).toHaveValue('');
  await claude.getByLabel('Name of LEVEL', { exact: true }).fill('DEPTH');
  await claude.getByLabel('Name of LEVEL', { exact: true }).press('Tab');
  await expect(claude.getByLabel('Value of DEPTH', { exact: true })).toHaveValue('');
  await expectAccessible(page, 'the variables of an agent');
  await pictures(page, agor, 'secrets-variables', () =>
    claude.getByLabel('Name of a new variable').scrollIntoViewIfNeeded(),
  );
  expect(JSON.parse(await agor.agor('config', 'get', 'providers.claude'))).toMatchObject({
    env: { TOOLS_TOKEN: 'secret://tools_token', DEPTH: 'kept://DEPTH' },
  });

  await open(page, 'Secrets');
  await expect(own).toContainText('used by Claude');
  await own.getByRole('button', { name: 'Remove tools_token' }).click();
  await expect(own).toContainText('can’t be brought back');
  await own.getByRole('button', { name: 'Keep' }).click();
  await own.getByRole('button', { name: 'Remove tools_token' }).click();
  await own.getByRole('button', { name: 'Remove tools_token' }).click();
  await expect(own).toBeHidden();
  await expect(anthropic).toContainText('Set since');
  for (const value of [FIRST, SECOND, OWN, TYPED]) expect(heard()).not.toContain(value);
  expect(heard()).toContain('kept://DEPTH');
});

test('a keyring that is locked or gone is told of, with a way out', async ({ page, agor }) => {
  await open(page, 'Secrets');
  const github = page.getByRole('group', { name: 'GitHub token' });
  await github.getByRole('button', { name: 'Set GitHub token' }).click();
  await github.getByLabel('Value of GitHub token').fill('ghp_of_a_test_that_ends');
  await github.getByLabel('Value of GitHub token').press('Enter');
  await expect(github).toContainText('Set since');

  await agor.ask('lockKeyring');
  await page.reload();
  await open(page, 'Secrets');
  const state = page.getByRole('status').filter({ hasText: /locked/ });
  await expect(state).toBeVisible();
  // Nobody is there who could be asked for the password: that is said, and what is kept is still listed.
  await state.getByRole('button', { name: 'Unlock the keyring' }).click();
  await expect(state.getByRole('alert')).toContainText('locked');
  await expect(github).toContainText('Set since');
  await expectAccessible(page, 'a locked keyring');
  await pictures(page, agor, 'secrets-locked', () => state.scrollIntoViewIfNeeded());

  await agor.ask('killKeyring');
  await page.reload();
  await open(page, 'Secrets');
  const gone = page.getByRole('status').filter({ hasText: 'There is no keyring in this session' });
  await expect(gone).toBeVisible();
  await agor.ask('startKeyring');
  await gone.getByRole('button', { name: 'Look again' }).click();
  await expect(gone).toBeHidden();
  await expect(github.getByRole('button', { name: 'Replace GitHub token' })).toBeVisible();
});
