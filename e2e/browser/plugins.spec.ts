import AxeBuilder from '@axe-core/playwright';
import { offer } from '../plugins/place.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';

test.use({ world: { name: 'plugins' } });

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
  ).toEqual([]);
}

test('plugins come from a catalogue and a file, run with consent, show a panel and an item, and leave when removed', async ({
  page,
  agor,
}) => {
  test.setTimeout(240_000);
  const { catalogue } = offer('standup', agor.folder('offered'));
  const { archive } = offer('review-reminder', agor.folder('packages'));
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Plugins' }).click();
  await expect(page.getByText('No plugins yet')).toBeVisible();
  await isAccessible(page);

  await page.getByRole('textbox', { name: 'Catalogue' }).fill(catalogue);
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByRole('button', { name: 'Install Standup' }).click();
  const standup = page.getByRole('region', { name: 'Standup', exact: true });
  await expect(standup).toHaveAttribute('data-plugin-status', 'new');
  await standup.getByRole('button', { name: 'Enable Standup' }).click();
  const asked = page.getByRole('dialog', { name: 'Enable Standup?' });
  await expect(asked).toContainText('no transcripts');
  await isAccessible(page);
  await asked.getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(standup).toHaveAttribute('data-plugin-status', 'running');

  await page.getByRole('textbox', { name: 'Package' }).fill(archive);
  await page.getByRole('button', { name: 'Install', exact: true }).click();
  const reminder = page.getByRole('region', { name: 'Review reminder', exact: true });
  await reminder.getByRole('button', { name: 'Enable Review reminder' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Enable', exact: true }).click();
  await expect(reminder).toHaveAttribute('data-plugin-status', 'running');
  await reminder.getByRole('spinbutton', { name: 'Remind after (minutes)' }).fill('45');
  await page.keyboard.press('Tab');
  await isAccessible(page);
  await pictures(page, agor, 'plugins-settings');

  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('Standup: what happened');
  await page.keyboard.press('Enter');
  const panel = page.getByTestId('plugin-panel');
  await expect(panel).toContainText('The last 24 hours');
  await expect(page.getByTestId('plugin-status').filter({ hasText: 'since yesterday' })).toBeVisible();
  await isAccessible(page);
  await pictures(page, agor, 'plugins-panel');

  await page.reload();
  await expect(page.getByTestId('plugin-status').filter({ hasText: 'since yesterday' })).toBeVisible();
  expect(await agor.agor('plugins', 'list')).toContain('standup 1.0.0  on');
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('tab', { name: 'Plugins' }).click();
  await expect(reminder.getByRole('spinbutton')).toHaveValue('45');
  await standup.getByRole('button', { name: 'Remove Standup' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(standup).toHaveCount(0);
  await expect(page.getByTestId('plugin-status').filter({ hasText: 'since yesterday' })).toHaveCount(0);
});
