import { ProjectId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../../testing/mount.ts';
import { sampleHub } from '../../../testing/sample-data.ts';
import { drafts } from './drafts.ts';

const PROJECT = ProjectId.parse('billing-api');

async function openFiles(hub = sampleHub()) {
  localStorage.removeItem('agor.files');
  for (const { projectId, path } of await drafts.all(PROJECT)) await drafts.forget(projectId, path);
  const face = openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  const tree = box.getByRole('tree', { name: 'Files of billing-api' });
  await expect.element(tree.getByRole('treeitem', { name: 'src' })).toBeVisible();
  const item = (name: string) => tree.getByRole('treeitem', { name, exact: true });
  const fileTab = (name: string) => box.getByRole('tablist', { name: 'Open files' }).getByRole('tab', { name });
  const editor = (path: string) => box.getByRole('textbox', { name: `Content of ${path}` });
  const text = (path: string) =>
    [...(editor(path).query()?.querySelectorAll('.cm-line') ?? [])].map((l) => l.textContent).join('\n');
  return { hub, face, box, tree, item, fileTab, editor, text };
}

/** Opens README.md for good, with the cursor in it. */
async function editing() {
  const at = await openFiles();
  await at.item('README.md').dblClick();
  await at.editor('README.md').click();
  return at;
}

test('folders open where they stand, and a file shows its text, coloured and numbered', async () => {
  const { box, item, text } = await openFiles();
  await item('src').click();
  await item('main.ts').click();
  await expect.poll(() => text('src/main.ts')).toContain("import { serve } from './server.ts';");
  await expect.element(box.getByRole('navigation', { name: 'Path' })).toHaveTextContent('src/main.ts');
  await expect.poll(() => document.querySelectorAll('.cm-lineNumbers .cm-gutterElement').length).toBeGreaterThan(3);
  await expect.element(box.getByText('TypeScript')).toBeVisible();
  const word = [...document.querySelectorAll('.cm-line span')].find((span) => span.textContent === 'import');
  expect(word && getComputedStyle(word).color).not.toBe(getComputedStyle(document.body).color);
});

test('the tree is gone through with the keys', async () => {
  const { tree, item, editor } = await openFiles();
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  const active = () => {
    const id = tree.element().getAttribute('aria-activedescendant');
    return id === null ? null : document.getElementById(id)?.textContent?.trim();
  };
  const first = active();
  await userEvent.keyboard('{End}');
  expect(new Set([first, active()])).toEqual(new Set(['README.md', 'src']));
  await item('src').click();
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(active).toBe('main.ts');
  await userEvent.keyboard('{Enter}');
  await expect.element(editor('src/main.ts')).toBeVisible();
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await expect.element(item('main.ts')).not.toBeInTheDocument();
});

test('one click shows a file in passing, a second one or an edit keeps it', async () => {
  const { item, fileTab, editor } = await openFiles();
  await item('README.md').click();
  await expect.element(fileTab('README.md')).toHaveClass(/italic/);
  await item('src').click();
  await item('main.ts').click();
  await expect.element(fileTab('main.ts')).toBeVisible();
  await expect.element(fileTab('README.md')).not.toBeInTheDocument();
  await editor('src/main.ts').click();
  await userEvent.keyboard('x');
  await item('README.md').click();
  await expect.element(fileTab('main.ts (not saved)')).not.toHaveClass(/italic/);
  await expect.element(fileTab('README.md')).toBeVisible();
});

test('an edit is saved by its keys, over the version that was read', async () => {
  const { hub, fileTab } = await editing();
  await userEvent.keyboard('{Control>}{Home}{/Control}new ');
  await expect.element(fileTab('README.md (not saved)')).toBeVisible();
  await userEvent.keyboard('{Control>}s{/Control}');
  await expect.poll(() => hub.files.content.get('README.md')).toMatch(/^new # billing-api/);
  await expect.element(fileTab('README.md (not saved)')).not.toBeInTheDocument();
});

test('what an agent writes shows at once where nothing was edited, and the cursor stays', async () => {
  const { hub, text } = await editing();
  await userEvent.keyboard('{Control>}{End}{/Control}');
  hub.files.change('README.md', '# billing-api\n\nWritten by an agent.\n\nCharges, invoices, exports.\n');
  await expect.poll(() => text('README.md')).toContain('Written by an agent.');
  await userEvent.keyboard('end');
  await expect.poll(() => text('README.md')).toMatch(/exports\.\nend$/);
});

test('what an agent writes over an edit is told; the comparison takes parts of it, and the result is saved', async () => {
  const { hub, box } = await editing();
  await userEvent.keyboard('{Control>}{End}{/Control}mine');
  hub.files.change('README.md', '# theirs\n\nCharges, invoices, exports.\n');
  await expect.element(box.getByText(/changed on disk while you were editing it/)).toBeVisible();
  await userEvent.keyboard('{Control>}s{/Control}');
  expect(hub.files.content.get('README.md')).not.toContain('mine');
  await box.getByRole('button', { name: 'Compare & merge' }).click();
  await expect.element(box.getByText('2 differences')).toBeVisible();
  await box
    .getByRole('button', { name: /Take this part from the disk/ })
    .first()
    .click();
  await expect.element(box.getByText('1 difference')).toBeVisible();
  await box.getByRole('button', { name: 'Save the result' }).click();
  await expect.poll(() => hub.files.content.get('README.md')).toBe('# theirs\n\nCharges, invoices, exports.\nmine');
  await expect.element(box.getByText(/changed on disk while/)).not.toBeInTheDocument();
});

test('theirs can be taken as a whole, and undo brings mine back', async () => {
  const { hub, box, text, editor } = await editing();
  await userEvent.keyboard('{Control>}{Home}{/Control}mine ');
  hub.files.change('README.md', 'theirs');
  await box.getByRole('button', { name: 'Take theirs' }).click();
  await expect.poll(() => text('README.md')).toBe('theirs');
  await editor('README.md').click();
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.poll(() => text('README.md')).toContain('mine # billing-api');
});

test('a file that is deleted on disk keeps its text, and can be saved again', async () => {
  const { hub, box } = await editing();
  hub.files.change('README.md', undefined);
  await expect.element(box.getByText(/was deleted on disk/)).toBeVisible();
  await box.getByRole('button', { name: 'Save it again' }).click();
  await expect.poll(() => hub.files.content.get('README.md')).toContain('# billing-api');
});

test('closing what is not saved asks: cancel keeps it, save saves it, discard drops it', async () => {
  const { hub, box, fileTab } = await editing();
  await userEvent.keyboard('{Control>}{Home}{/Control}one ');
  const close = box.getByTitle('Close README.md');
  await close.click();
  await page.getByRole('dialog', { name: 'Save README.md?' }).getByRole('button', { name: 'Cancel' }).click();
  await expect.element(fileTab('README.md (not saved)')).toBeVisible();
  await close.click();
  await page.getByRole('button', { name: 'Save', exact: true }).last().click();
  await expect.element(fileTab('README.md')).not.toBeInTheDocument();
  expect(hub.files.content.get('README.md')).toMatch(/^one /);
});

test('files are made, renamed and thrown away in the tree, and put back from the toast', async () => {
  const { hub, box, tree, item, fileTab } = await openFiles();
  await item('src').click();
  await box.getByRole('button', { name: 'New file' }).first().click();
  await userEvent.keyboard('notes.md{Enter}');
  await expect.element(fileTab('notes.md')).toBeVisible();
  expect(hub.files.content.has('src/notes.md')).toBe(true);
  await item('notes.md').click();
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{F2}');
  await expect.element(box.getByRole('textbox', { name: 'New name of notes.md' })).toHaveFocus();
  await userEvent.keyboard('plan{Enter}');
  await expect.element(fileTab('plan.md')).toBeVisible();
  expect(hub.files.content.has('src/plan.md')).toBe(true);
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{Delete}');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await expect.element(item('plan.md')).not.toBeInTheDocument();
  await page.getByText('plan.md is in the trash').click();
  await expect.element(item('plan.md')).toBeVisible();
});

test('a name that turns its letters around is shown as it is, in the tree and on its tab', async () => {
  const { hub, item, fileTab } = await openFiles();
  hub.files.change('in\u202etxt.exe', 'x');
  await item('in⟨U+202E⟩txt.exe').dblClick();
  await expect.element(fileTab('in⟨U+202E⟩txt.exe')).toBeVisible();
});

test('without a trash it is asked for ever', async () => {
  const hub = sampleHub();
  hub.files.hasTrash = false;
  const { item, tree } = await openFiles(hub);
  await item('README.md').click();
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{Delete}');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await expect.element(page.getByText(/the disk of \/mnt has no trash/)).toBeVisible();
  expect(hub.files.content.has('README.md')).toBe(true);
  await page.getByRole('button', { name: 'Delete for ever' }).click();
  await expect.poll(() => hub.files.content.has('README.md')).toBe(false);
});

test('files are found by name and by what is in them, and opened at the line', async () => {
  const { box } = await openFiles();
  await box.getByRole('button', { name: 'Find in files' }).first().click();
  await box.getByRole('searchbox').fill('main');
  await expect.element(box.getByRole('button', { name: 'main.ts src' })).toBeVisible();
  await box.getByRole('searchbox').fill('port: 3100');
  await box.getByRole('button', { name: '3 serve({ port: 3100 });' }).click();
  await expect.element(box.getByText('Line 3, column 9')).toBeVisible();
  await box.getByRole('checkbox', { name: 'also in their content' }).click();
  await expect.element(box.getByRole('button', { name: '3 serve({ port: 3100 });' })).not.toBeInTheDocument();
});

test('a table is shown as one, sorted by its columns, and as text', async () => {
  const hub = sampleHub();
  hub.files.content.set('prices.csv', 'item;price\nbolt;10\nnut;9\n');
  const { box, item, editor } = await openFiles(hub);
  await item('prices.csv').click();
  const table = box.getByRole('table', { name: 'Table prices.csv' });
  await expect.element(table.getByRole('cell', { name: 'bolt' })).toBeVisible();
  await table.getByRole('button', { name: 'price' }).click();
  await expect.poll(() => table.getByRole('row').nth(1).element().textContent).toContain('nut');
  await box.getByRole('button', { name: 'As text' }).click();
  await expect.element(editor('prices.csv')).toBeVisible();
});

test('what was not saved is there again after a reload', async () => {
  const first = await editing();
  await userEvent.keyboard('{Control>}{Home}{/Control}kept ');
  await expect.poll(async () => (await drafts.get(PROJECT, 'README.md'))?.content).toMatch(/^kept /);
  const { hub, face } = first;
  await (await face).unmount();
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  await expect.element(box.getByRole('tab', { name: 'README.md (not saved)' })).toBeVisible();
  await expect.element(box.getByText(/^kept # billing-api/)).toBeVisible();
});

test('what was not saved waits for the look that counts, and is no change on disk', async () => {
  const { hub, face } = await editing();
  await userEvent.keyboard('{Control>}{Home}{/Control}kept ');
  await expect.poll(async () => (await drafts.get(PROJECT, 'README.md'))?.content).toMatch(/^kept /);
  await (await face).unmount();
  const held: (() => void)[] = [];
  hub.files.beforeRead = () => new Promise((resolve) => held.push(resolve));
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  // Read for the tab, and again as soon as the disk is watched: the first look is old before it is over.
  await expect.poll(() => held.length).toBe(2);
  held[0]?.();
  await expect.element(box.getByRole('tab', { name: 'README.md' })).toBeVisible();
  held[1]?.();
  await expect.element(box.getByText(/^kept # billing-api/)).toBeVisible();
  expect(box.getByText('changed on disk while you were editing it').elements()).toHaveLength(0);
});

test('of a file of ten megabytes only the lines in view are in the page', async () => {
  const hub = sampleHub();
  hub.files.content.set(
    'big.log',
    Array.from({ length: 200_000 }, (_, at) => `line ${at} ${'x'.repeat(40)}`).join('\n'),
  );
  const { item } = await openFiles(hub);
  await item('big.log').click();
  await expect.element(page.getByText(/^line 0 x/)).toBeVisible();
  expect(document.querySelectorAll('.cm-line').length).toBeLessThan(300);
});

test('a project whose folder is gone says so, and nothing can be made in it', async () => {
  const hub = sampleHub();
  hub.files.isGone = true;
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  await expect.element(box.getByText(/is not there/)).toBeVisible();
  await expect.element(box.getByRole('button', { name: 'New file' })).not.toBeInTheDocument();
  // The click itself finds it there again: a look that the watch makes by itself may otherwise come before.
  document.addEventListener('click', () => (hub.files.isGone = false), { capture: true, once: true });
  await box.getByRole('button', { name: 'Try again' }).click();
  await expect.element(box.getByRole('treeitem', { name: 'src' })).toBeVisible();
});
