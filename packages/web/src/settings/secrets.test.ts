import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { withEverything } from '../testing/sample-everything.ts';

async function openSecrets(hub: FakeHub): Promise<void> {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Secrets' }).click();
}

test('a known key is set unseen by keyboard, replaced, and removed after a question', async () => {
  const hub = sampleHub();
  await openSecrets(hub);
  const row = page.getByRole('group', { name: 'Anthropic API key' });
  await expect.element(row.getByText(/Not set · used by Claude/)).toBeVisible();
  await row.getByRole('button', { name: 'Set Anthropic API key' }).click();
  const field = row.getByLabelText('Value of Anthropic API key');
  await expect.element(field).toHaveFocus();
  await expect.element(field).toHaveAttribute('type', 'password');
  await userEvent.keyboard('a-secret-value{Enter}');
  await expect.poll(() => lastInput(hub, 'secrets.set')).toMatchObject({ name: 'anthropic_api_key' });
  await expect.element(row.getByText(/Set since/)).toBeVisible();
  await expect.element(row.getByRole('button', { name: 'Replace Anthropic API key' })).toBeVisible();
  await row.getByRole('button', { name: 'Remove Anthropic API key' }).click();
  await row.getByRole('button', { name: 'Remove Anthropic API key' }).click();
  await expect.poll(() => lastInput(hub, 'secrets.remove')).toMatchObject({ name: 'anthropic_api_key' });
  await expect.element(row.getByText(/Not set/)).toBeVisible();
});

test('a secret of the person’s own has a name that is checked', async () => {
  const hub = sampleHub();
  await openSecrets(hub);
  const name = page.getByRole('textbox', { name: 'Name of a new secret' });
  await name.fill('1 two');
  await expect.element(page.getByText(/a name begins with a letter/)).toBeVisible();
  await name.fill('deploy_token');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabelText('Value of deploy_token').fill('a value');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByRole('group', { name: 'deploy_token' }).getByText(/Set since/)).toBeVisible();
});

test('a locked keyring says so and is unlocked; without one there is another look', async () => {
  const hub = sampleHub();
  hub.keyring = { state: 'locked', message: 'The keyring is locked.' };
  await openSecrets(hub);
  await expect.element(page.getByText('The keyring is locked.')).toBeVisible();
  await page.getByRole('button', { name: 'Unlock the keyring' }).click();
  await expect.element(page.getByText('The keyring is locked.')).not.toBeInTheDocument();
});

test('without a keyring no value is asked for, and what to do instead is said', async () => {
  const hub = sampleHub();
  hub.keyring = { state: 'none', message: 'There is no keyring in this session.' };
  await openSecrets(hub);
  await expect.element(page.getByRole('button', { name: 'Look again' })).toBeVisible();
  await expect.element(page.getByText('ANTHROPIC_API_KEY=… npm start')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Set Relay token' })).toBeDisabled();
  hub.keyring = { state: 'ready', message: null };
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect.element(page.getByRole('button', { name: 'Set Relay token' })).toBeEnabled();
});

test('a refused secret keeps what was typed and says why', async () => {
  const hub = sampleHub();
  hub.keyring = { state: 'failed', message: 'There is no keyring in this session.' };
  await openSecrets(hub);
  const row = page.getByRole('group', { name: 'Relay token' });
  await row.getByRole('button', { name: 'Set Relay token' }).click();
  await row.getByLabelText('Value of Relay token').fill('a value');
  await row.getByRole('button', { name: 'Save' }).click();
  await expect.element(row.getByRole('alert')).toHaveTextContent('There is no keyring in this session.');
  await expect.element(row.getByLabelText('Value of Relay token')).toHaveValue('a value');
});

test('an agent uses a stored key only when the person says so', async () => {
  const hub = withEverything(sampleHub());
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Agents' }).click();
  const card = page.getByRole('region', { name: 'Claude Code', exact: true });
  await card.getByText('Settings of Claude Code').click();
  await card.getByRole('checkbox', { name: 'Use the stored Anthropic API key' }).click();
  await expect
    .poll(() => lastInput(hub, 'settings.set'))
    .toMatchObject({ key: 'providers.claude', value: { storedKeys: ['anthropic_api_key'] } });
});
