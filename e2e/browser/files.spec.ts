import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page, test } from './fixtures.ts';
import { pictures as picturesOf } from './pictures.ts';
import { ProjectBox } from './project-box.ts';
import type { BrowserWorld } from './world.ts';

const SCREENS = resolve(import.meta.dirname, '..', '..', 'test-results', 'screens');

test.use({ world: { name: 'files' } });

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC',
  'base64',
);

/** A PDF of so many pages with a line of text each, as small as they can be. */
function pdf(pages: number): string {
  const objects = ['<</Type/Catalog/Pages 2 0 R>>'];
  const kids = Array.from({ length: pages }, (_, at) => `${4 + at * 2} 0 R`).join(' ');
  objects.push(`<</Type/Pages/Count ${pages}/Kids[${kids}]>>`, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>');
  for (let at = 1; at <= pages; at++) {
    const text = `BT /F1 24 Tf 72 700 Td (Invoice page ${at}) Tj ET`;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents ${3 + at * 2} 0 R>>`,
      `<</Length ${text.length}>>stream\n${text}\nendstream`,
    );
  }
  let body = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = body.length;
    body += `${at + 1} 0 obj${object}endobj\n`;
    return String(place).padStart(10, '0');
  });
  const entries = places.map((place) => `${place} 00000 n \n`).join('');
  const size = objects.length + 1;
  return `${body}xref\n0 ${size}\n0000000000 65535 f \n${entries}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF`;
}

async function opened(page: Page, name: string) {
  const box = new ProjectBox(page, name).region;
  await box.getByRole('tab', { name: 'Files' }).click();
  const tree = box.getByRole('tree', { name: `Files of ${name}` });
  await expect(tree).toBeVisible();
  const item = (file: string) => tree.getByRole('treeitem', { name: file, exact: true });
  const editor = (path: string) => box.getByRole('textbox', { name: `Content of ${path}` });
  return { box, tree, item, editor };
}

/** The box in every window, and as the phone has it; the demo's boxes stand before it. */
async function pictures(page: Page, agor: BrowserWorld, name: string, box: Locator): Promise<void> {
  const reveal = () => box.scrollIntoViewIfNeeded();
  await picturesOf(page, agor, name, reveal);
  await page.setViewportSize({ width: 390, height: 844 });
  await reveal();
  await page.screenshot({ path: resolve(SCREENS, `${name}-phone.png`), animations: 'disabled' });
  await page.setViewportSize({ width: 1366, height: 768 });
  await reveal();
}

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
  ).toEqual([]);
}

test('a file is made, edited and saved; what an agent writes meanwhile is merged with what the person wrote', async ({
  agor,
  page,
}) => {
  test.setTimeout(240_000);
  const folder = await agor.project('shop');
  mkdirSync(join(folder, 'src'));
  const cart = Array.from({ length: 40 }, (_, at) => `export const item${at} = ${at};`);
  writeFileSync(join(folder, 'src/cart.ts'), `${cart.join('\n')}\n`);
  writeFileSync(join(folder, '.env'), 'KEY=1\n');
  const { box, item, editor } = await opened(page, 'shop');

  await box.getByRole('button', { name: 'New file' }).first().click();
  await page.keyboard.type('docs/plan.md');
  await page.keyboard.press('Enter');
  await editor('docs/plan.md').click();
  await page.keyboard.type('# Plan');
  await page.keyboard.press('Control+s');
  await expect.poll(() => readFileSync(join(folder, 'docs/plan.md'), 'utf8')).toBe('# Plan');
  await expect(item('.env')).toBeHidden();
  await box.getByRole('button', { name: 'Show hidden files' }).click();
  await expect(item('.env')).toBeVisible();

  await item('src').click();
  // Away and back: a tab that was hidden shows what it had.
  await box.getByRole('tab', { name: 'Model' }).click();
  await box.getByRole('tab', { name: 'Files' }).click();
  await item('cart.ts').dblclick();
  await expect(editor('src/cart.ts')).toContainText('item0');
  // Nothing is edited: an agent's words show as they are written.
  cart[1] = 'export const item1 = 100; // by an agent';
  writeFileSync(join(folder, 'src/cart.ts'), `${cart.join('\n')}\n`);
  await expect(editor('src/cart.ts')).toContainText('by an agent');
  await editor('src/cart.ts').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// mine\n');
  cart[30] = 'export const item30 = 3000;';
  writeFileSync(join(folder, 'src/cart.ts'), `${cart.join('\n')}\n`);
  await expect(box.getByText('changed on disk while you were editing it')).toBeVisible();
  await isAccessible(page);
  await pictures(page, agor, 'files-changed', box);
  await box.getByRole('button', { name: 'Compare & merge' }).click();
  await expect(box.getByText('2 differences')).toBeVisible();
  await isAccessible(page);
  await pictures(page, agor, 'files-merge', box);
  await box
    .getByRole('button', { name: /Take this part from the disk/ })
    .last()
    .click();
  await expect(box.getByText('1 difference', { exact: true })).toBeVisible();
  await box.getByRole('button', { name: 'Save the result' }).click();
  await expect.poll(() => readFileSync(join(folder, 'src/cart.ts'), 'utf8')).toBe(`// mine\n${cart.join('\n')}\n`);
});

test('images, PDF and tables are shown as what they are', async ({ agor, page }) => {
  test.setTimeout(240_000);
  const folder = await agor.project('media');
  writeFileSync(join(folder, 'logo.png'), PNG);
  writeFileSync(join(folder, 'invoice.pdf'), pdf(30));
  writeFileSync(join(folder, 'data.bin'), Buffer.from([0, 1, 2, 255]));
  const rows = Array.from({ length: 20_000 }, (_, at) => `${at};bolt ${at};"${(at * 37) % 1000},5"`);
  writeFileSync(join(folder, 'prices.csv'), `id;name;price\n${rows.join('\n')}\n`);
  const { box, item } = await opened(page, 'media');

  await item('logo.png').click();
  await expect(box.getByRole('img', { name: 'logo.png' })).toHaveJSProperty('naturalWidth', 10);
  await expect(box.getByText('10 × 10')).toBeVisible();
  await isAccessible(page);
  await pictures(page, agor, 'files-image', box);

  await item('invoice.pdf').click();
  const first = box.getByRole('group', { name: 'Page 1', exact: true });
  await expect(first.getByText('Invoice page 1')).toBeAttached();
  await box.getByRole('spinbutton', { name: 'Page' }).fill('25');
  await box.getByRole('spinbutton', { name: 'Page' }).press('Enter');
  await expect(box.getByText('Invoice page 25')).toBeAttached();
  await expect(first.getByText('Invoice page 1')).not.toBeAttached();
  await isAccessible(page);
  await pictures(page, agor, 'files-pdf', box);

  await item('prices.csv').click();
  const table = box.getByRole('table', { name: 'Table prices.csv' });
  await expect(table.getByRole('cell', { name: 'bolt 0', exact: true })).toBeVisible();
  await table.getByRole('button', { name: 'id' }).click();
  await table.getByRole('button', { name: 'id' }).click();
  await expect(table.getByRole('cell', { name: 'bolt 19999', exact: true })).toBeVisible();
  await isAccessible(page);
  await pictures(page, agor, 'files-table', box);

  await item('data.bin').click();
  await expect(box.getByRole('heading', { name: 'Not a text file' })).toBeVisible();
});

test('a file goes to the trash and comes back; what was not saved survives a reload', async ({ agor, page }) => {
  test.setTimeout(180_000);
  const folder = await agor.project('tidy');
  writeFileSync(join(folder, 'old.txt'), 'old\n');
  writeFileSync(join(folder, 'notes.txt'), 'notes\n');
  const { box, tree, item, editor } = await opened(page, 'tidy');
  await item('old.txt').click();
  await tree.focus();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await expect(item('old.txt')).toBeHidden();
  expect(readdirSync(folder)).toEqual(['notes.txt']);
  await page.getByText('old.txt is in the trash').click();
  await expect(item('old.txt')).toBeVisible();
  expect(existsSync(join(folder, 'old.txt'))).toBe(true);

  await item('notes.txt').dblclick();
  await editor('notes.txt').click();
  await page.keyboard.type('unsaved ');
  await expect(box.getByRole('tab', { name: 'notes.txt (not saved)' })).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => indexedDB.databases().then((all) => all.some(({ name }) => name === 'agor-files'))))
    .toBe(true);
  page.on('dialog', (dialog) => void dialog.accept());
  // The draft is kept at a pause in typing; a reload that came before it would lose it.
  await expect(async () => {
    const drafts = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const request = indexedDB.open('agor-files');
          request.onsuccess = () => {
            const count = request.result.transaction('drafts').objectStore('drafts').count();
            count.onsuccess = () => resolve(count.result);
          };
        }),
    );
    expect(drafts).toBe(1);
  }).toPass();
  await page.reload();
  await expect(editor('notes.txt')).toContainText('unsaved ');
  await expect(box.getByRole('tab', { name: 'notes.txt (not saved)' })).toBeVisible();
  expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('notes\n');
});
