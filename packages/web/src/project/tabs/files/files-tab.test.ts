import { type FileContent, ProjectId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { HubClient } from '../../../state/client.ts';
import { openFace } from '../../../testing/mount.ts';
import { sampleHub } from '../../../testing/sample-data.ts';
import FileViewer from './FileViewer.svelte';
import { FileView } from './file-view.svelte.ts';

async function openFiles(hub = sampleHub()) {
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Files' }).click();
  const tree = box.getByRole('tree', { name: 'Files of billing-api' });
  await expect.element(tree.getByRole('treeitem', { name: 'src' })).toBeVisible();
  return { hub, box, tree };
}

test('folders open where they stand, and a file shows its text with line numbers', async () => {
  const { box, tree } = await openFiles();
  await tree.getByRole('treeitem', { name: 'src' }).click();
  await tree.getByRole('treeitem', { name: 'main.ts' }).click();
  const content = box.getByRole('region', { name: 'Content of src/main.ts' });
  await expect.poll(() => content.query()?.textContent).toMatch(/^\s*1\s*import \{ serve \} from/);
  await expect.element(box.getByRole('navigation', { name: 'Path' })).toHaveTextContent('src/main.ts');
  await expect.poll(() => document.querySelector('.tk-keyword')?.textContent).toBe('import');
});

test('the tree is gone through with the keys', async () => {
  const { box, tree } = await openFiles();
  (tree.element() as HTMLElement).focus();
  await userEvent.keyboard('{Home}');
  const active = () => {
    const id = tree.element().getAttribute('aria-activedescendant');
    return id === null ? null : document.getElementById(id)?.textContent?.trim();
  };
  const first = active();
  await userEvent.keyboard('{End}');
  expect(new Set([first, active()])).toEqual(new Set(['README.md', 'src']));
  await tree.getByRole('treeitem', { name: 'src' }).click();
  await userEvent.keyboard('{ArrowDown}');
  await expect.poll(active).toBe('main.ts');
  await userEvent.keyboard('{Enter}');
  await expect.element(box.getByRole('region', { name: 'Content of src/main.ts' })).toBeVisible();
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await expect.element(tree.getByRole('treeitem', { name: 'main.ts' })).not.toBeInTheDocument();
});

/** The viewer over a hub that answers as told. */
async function view(path: string, ...answers: (FileContent | Error)[]) {
  const read = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const client = { files: { read } } as unknown as HubClient;
  const shown = new FileView(client, ProjectId.parse('billing'));
  const place = document.body.appendChild(document.createElement('div'));
  place.style.height = '600px';
  render(FileViewer, { target: place, props: { view: shown, root: '/code/billing' } });
  await shown.show(path);
  return shown;
}

test('a file that is gone says so in its place, and can be read again', async () => {
  const gone = new ORPCError('NOT_FOUND', { message: 'There is no "a.ts" in the project.' });
  await view('a.ts', gone, { kind: 'text', content: 'back', lang: 'typescript', size: 4 });
  await expect.element(page.getByRole('alert')).toHaveTextContent('There is no "a.ts" in the project.');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('region', { name: 'Content of a.ts' }).getByText('back')).toBeVisible();
});

test('what is no text, too large or empty is named for what it is, with what to do', async () => {
  const shown = await view(
    'logo.png',
    { kind: 'binary', message: 'A file of the format png is not shown as text.', size: 900 },
    { kind: 'tooLarge', size: 11_000_000 },
    { kind: 'text', content: '', lang: 'text', size: 0 },
  );
  await expect.element(page.getByText(/Open it with a program of its own: \/code\/billing\/logo.png/)).toBeVisible();
  await shown.refresh();
  await expect.element(page.getByText(/It has 11.0 MB; up to 10 MB are shown/)).toBeVisible();
  await shown.refresh();
  await expect.element(page.getByRole('heading', { name: 'This file is empty' })).toBeVisible();
});

test('of a file of ten megabytes only the lines in view are in the page', async () => {
  const content = Array.from({ length: 200_000 }, (_, at) => `line ${at} ${'x'.repeat(40)}`).join('\n');
  await view('big.log', { kind: 'text', content, lang: 'text', size: content.length });
  await expect.element(page.getByText(/^line 0 x/)).toBeVisible();
  expect(document.querySelectorAll('.line').length).toBeLessThan(300);
});
