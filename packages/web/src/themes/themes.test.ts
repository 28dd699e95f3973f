import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { onLookChange } from './look-changes.ts';

const shown = () => document.documentElement.dataset.theme;
const base = () => getComputedStyle(document.documentElement).getPropertyValue('--base').trim();

async function openAppearance(hub = sampleHub()) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await expect.element(page.getByRole('radio', { name: 'Dracula' })).toBeInTheDocument();
  return hub;
}

test('a theme is looked at while the mouse is on it, and kept when it is chosen', async () => {
  const hub = await openAppearance();
  await userEvent.hover(page.getByText('Dracula'));
  await expect.poll(shown).toBe('dracula');
  expect(base()).toBe('#282a36');
  await userEvent.hover(page.getByRole('button', { name: 'Import a theme…' }));
  await expect.poll(shown).toBe('mocha');
  await page.getByText('Nord').click();
  await expect.poll(shown).toBe('nord');
  expect(lastInput(hub, 'settings.set')).toMatchObject({ key: 'theme', value: 'nord' });
});

test('themes are walked through by the keyboard', async () => {
  await openAppearance();
  page.getByRole('radio', { name: 'Catppuccin Mocha' }).element().focus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(shown).toBe('macchiato');
});

test('following the system shows a choice for light and one for dark', async () => {
  const hub = await openAppearance();
  await page.getByRole('radio', { name: 'Follow the system' }).click();
  await page.getByRole('group', { name: 'Theme of a dark system' }).getByText('Vesper').click();
  await expect.poll(() => lastInput(hub, 'settings.set')).toMatchObject({ key: 'theme_dark', value: 'vesper' });
  await page.getByRole('group', { name: 'Theme of a light system' }).getByText('High contrast light').click();
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  await userEvent.hover(page.getByRole('button', { name: 'Import a theme…' }));
  await expect.poll(shown).toBe(dark ? 'vesper' : 'contrast-light');
});

test("a theme of one's own is imported, chosen, followed as its file changes, and its mistakes are told", async () => {
  const hub = await openAppearance();
  const file = new File([JSON.stringify({ label: 'Mine', isDark: true, colors: { base: '#101022' } })], 'mine.json');
  await page.getByLabelText('Theme file').upload(file);
  await page.getByRole('radio', { name: 'Mine' }).click({ force: true });
  await expect.poll(base).toBe('#101022');
  const [mine] = hub.themes.themes;
  if (!mine) throw new Error('it was not imported');
  const themes = {
    ...hub.themes,
    themes: [{ ...mine, colors: { base: '#202033' } }],
    problems: [{ file: 'bad.json', message: 'colors.base: a colour is written as #rrggbb' }],
  };
  hub.themes = themes;
  hub.tell({ kind: 'themes', themes });
  await expect.poll(base).toBe('#202033');
  await expect.element(page.getByText('bad.json')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Mine' }).click();
  await expect.poll(shown).toBe('mocha');
});

test('what draws by itself hears of a new look once, whatever changed', async () => {
  let heard = 0;
  const listening = onLookChange(() => (heard += 1));
  document.documentElement.style.setProperty('--blue', '#000001');
  document.documentElement.style.setProperty('--red', '#000002');
  await expect.poll(() => heard).toBe(1);
  listening[Symbol.dispose]();
  document.documentElement.style.removeProperty('--blue');
  document.documentElement.style.removeProperty('--red');
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(heard).toBe(1);
});
