import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from './axe.ts';
import { expect, type Page, test } from './fixtures.ts';
import { pictures } from './pictures.ts';
import { ProjectBox } from './project-box.ts';

test.use({ world: { name: 'architecture' } });

async function opened(page: Page, name: string) {
  const box = new ProjectBox(page, name).region;
  await box.getByRole('tab', { name: 'Architecture' }).click();
  const editor = (path: string) => box.getByRole('textbox', { name: `Content of ${path}` });
  const picture = (diagram: string) => box.getByRole('img', { name: `Diagram ${diagram}` });
  const height = (diagram: string) => picture(diagram).evaluate((image: HTMLImageElement) => image.height);
  return { box, editor, picture, height, reveal: () => box.scrollIntoViewIfNeeded() };
}

test('a diagram is made from a template, drawn here as it is typed, saved, and merged with what somebody else wrote', async ({
  page,
  agor,
}) => {
  test.setTimeout(240_000);
  const folder = await agor.project('drawn');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const { box, editor, picture, height, reveal } = await opened(page, 'drawn');
  await box.getByRole('button', { name: 'New diagram' }).click();
  await box.getByRole('textbox', { name: 'Name' }).fill('orders');
  await box.getByRole('button', { name: 'Create' }).click();
  const path = '.architecture/orders.puml';
  const file = join(folder, path);
  await expect(picture('orders')).toBeVisible();
  await expectAccessible(page, 'a diagram');
  await editor(path).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  const before = await height('orders');
  await page.keyboard.type('\nCustomer -- Order');
  await expect.poll(() => height('orders')).not.toBe(before);
  await page.keyboard.press('Control+s');
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('Customer -- Order');
  // PlantUML draws its complaints: they are told in words instead, and the last picture stays.
  const whole = await height('orders');
  await page.keyboard.press('Escape'); // the completion of the last word
  await page.keyboard.type('\nno such words !!');
  await expect(box.getByRole('alert').getByText(/^Line 3: Syntax Error/)).toBeVisible();
  expect(await height('orders')).toBe(whole);
  for (const key of ['Shift+Home', 'Backspace', 'Backspace']) await page.keyboard.press(key);
  await expect(box.getByText(/Syntax Error/)).toBeHidden();
  const shown = () => picture('orders').getAttribute('src');
  const inMocha = await shown();
  await agor.agor('config', 'set', 'theme', '"contrast-light"');
  await expect.poll(shown).not.toBe(inMocha);
  const download = page.waitForEvent('download');
  await box.getByRole('button', { name: 'PNG' }).click();
  expect((await download).suggestedFilename()).toBe('orders.png');
  await pictures(page, agor, 'architecture', reveal);

  await page.keyboard.press('Escape');
  await editor(path).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type("' mine\n");
  const theirs = readFileSync(file, 'utf8').replace('@enduml', 'class Theirs\n@enduml');
  writeFileSync(file, theirs);
  await expect(box.getByText('changed on disk while you were editing it')).toBeVisible();
  await expectAccessible(page, 'what changed on disk');
  await box.getByRole('button', { name: 'Compare & merge' }).click();
  await expect(box.getByText('2 differences')).toBeVisible();
  await expectAccessible(page, 'the comparison');
  await pictures(page, agor, 'architecture-merge', reveal);
  await box
    .getByRole('button', { name: /Take this part from the disk/ })
    .last()
    .click();
  await box.getByRole('button', { name: 'Save the result' }).click();
  await expect.poll(() => readFileSync(file, 'utf8')).toBe(`' mine\n${theirs}`);
  expect(asked.filter((url) => !url.startsWith(agor.served.url) && !/^(?:blob|data):/.test(url))).toEqual([]);
});

test('unsaved text is asked for before another diagram, and is there again after a reload', async ({ page, agor }) => {
  test.setTimeout(180_000);
  const folder = await agor.project('kept');
  mkdirSync(join(folder, '.architecture'));
  writeFileSync(join(folder, '.architecture/a.mmd'), 'flowchart LR\n  A --> B\n');
  writeFileSync(join(folder, '.architecture/b.mmd'), 'sequenceDiagram\n  A ->> B: asks\n');
  const { box, editor, picture } = await opened(page, 'kept');
  const [a, b] = ['.architecture/a.mmd', '.architecture/b.mmd'] as const;
  await expect(picture('a')).toBeVisible();
  await editor(a).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('B -->> ((');
  // The picture of what was whole stays, and the mistake is told.
  await expect(box.getByRole('region', { name: 'Preview' }).getByRole('alert')).toBeVisible();
  await expect(picture('a')).toBeVisible();
  await expectAccessible(page, 'a broken diagram');
  await pictures(page, agor, 'architecture-broken', () => box.scrollIntoViewIfNeeded());
  const chooser = box.getByRole('combobox', { name: 'Diagram' });
  await chooser.selectOption(b);
  await expectAccessible(page, 'the question');
  await page.getByRole('dialog', { name: 'Save a.mmd?' }).getByRole('button', { name: 'Discard' }).click();
  await expect(picture('b')).toBeVisible();
  await editor(b).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('B ->> A: unsaved');
  await expect(box.getByRole('option', { name: `${b} (not saved)` })).toBeAttached();
  page.on('dialog', (dialog) => void dialog.accept());
  // The draft is kept at a pause in typing; a reload that came before it would lose it.
  await expect(async () => {
    const drafts = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const request = indexedDB.open('agor-diagrams');
          request.onsuccess = () => {
            const all = request.result.transaction('drafts').objectStore('drafts').getAll();
            all.onsuccess = () => resolve(JSON.stringify(all.result));
          };
        }),
    );
    expect(drafts).toContain('A: unsaved"');
  }).toPass();
  await page.reload();
  await box.getByRole('tab', { name: 'Architecture' }).click();
  await expect(editor(b)).toContainText('unsaved');
  expect(readFileSync(join(folder, b), 'utf8')).not.toContain('unsaved');
});
