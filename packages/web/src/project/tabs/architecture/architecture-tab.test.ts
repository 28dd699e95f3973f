import { ProjectId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../../testing/mount.ts';
import { sampleHub } from '../../../testing/sample-data.ts';
import { latte, mocha, themes } from '../../../themes/themes.ts';
import { tokensOf } from '../../../themes/tokens.ts';
import { diagramDrafts } from './diagram-files.svelte.ts';

const PROJECT = ProjectId.parse('billing-api');
const ORDERS = '.architecture/orders.mmd';
const FLOW = 'docs/flow.mmd';

function withDiagrams() {
  const hub = sampleHub();
  hub.files.content.set(ORDERS, 'flowchart LR\n  A --> B\n');
  hub.files.content.set(FLOW, 'flowchart LR\n  C --> D\n');
  return hub;
}
async function openArchitecture(hub = withDiagrams()) {
  for (const { projectId, path } of await diagramDrafts.all(PROJECT)) await diagramDrafts.forget(projectId, path);
  const face = openFace(hub);
  return { hub, face, ...(await shown()) };
}
async function shown() {
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: 'Architecture' }).click();
  const editor = (path: string) => box.getByRole('textbox', { name: `Content of ${path}` });
  const text = (path: string) =>
    [...(editor(path).query()?.querySelectorAll('.cm-line') ?? [])].map((l) => l.textContent).join('\n');
  const chooser = box.getByRole('combobox', { name: 'Diagram' });
  const picture = (name: string) => box.getByRole('img', { name: `Diagram ${name}` });
  const source = async (name: string) => {
    const image = picture(name).query() as HTMLImageElement | null;
    return image ? (await fetch(image.src)).text() : '';
  };
  return { box, editor, text, chooser, picture, source };
}
/** The first diagram, with the cursor at its end. */
async function editing() {
  const at = await openArchitecture();
  await at.editor(ORDERS).click();
  await userEvent.keyboard('{Control>}{End}{/Control}');
  return at;
}

test('the picture follows what is typed, and the keys save it over the version that was read', async () => {
  const { hub, source } = await editing();
  await expect.poll(() => source('orders')).toContain('>B<');
  await userEvent.keyboard('B --> Customer');
  await expect.poll(() => source('orders')).toContain('Customer');
  await userEvent.keyboard('{Control>}s{/Control}');
  await expect.poll(() => hub.files.content.get(ORDERS)).toMatch(/B --> Customer$/);
});

test('what somebody else writes is told, also after the project changed meanwhile', async () => {
  const { hub, box, text } = await editing();
  await userEvent.keyboard('%% mine');
  const groups = hub.groups.groups.map((group) => ({
    ...group,
    name: `${group.name} again`,
    projects: group.projects.map((project) => ({ ...project, description: 'something else' })),
  }));
  hub.groups = { ...hub.groups, groups };
  hub.tell({ kind: 'groups', groups: hub.groups });
  await expect.element(page.getByRole('button', { name: /^Group: .* again$/ })).toBeVisible();
  hub.files.change(ORDERS, 'flowchart LR\n  A --> Theirs\n');
  await expect.element(box.getByText(/changed on disk while you were editing it/)).toBeVisible();
  expect(text(ORDERS)).toContain('%% mine');
});

test('while the text is broken the last picture stays, and the mistake is told', async () => {
  const { box, source, picture } = await editing();
  await expect.poll(() => source('orders')).toContain('>B<');
  await userEvent.keyboard('B -->> ((');
  await expect.element(box.getByRole('region', { name: 'Preview' }).getByRole('alert')).toBeVisible();
  await expect.element(picture('orders')).toBeVisible();
  expect(await source('orders')).toContain('>B<');
});

test('the picture follows the theme, also the last one of a text that is broken', async () => {
  const { hub, box, source, picture } = await editing();
  const theme = (id: string) => {
    hub.settings = { ...hub.settings, theme: id };
    hub.tell({ kind: 'settings', settings: hub.settings });
  };
  await expect.poll(() => source('orders')).toContain(tokensOf(mocha).surface0);
  theme('latte');
  await expect.poll(() => source('orders')).toContain(tokensOf(latte).surface0);
  await userEvent.keyboard('B -->> ((');
  await expect.element(box.getByRole('region', { name: 'Preview' }).getByRole('alert')).toBeVisible();
  theme('contrast-dark');
  const contrast = tokensOf(themes.find(({ id }) => id === 'contrast-dark') ?? mocha);
  await expect.poll(() => source('orders')).toContain(contrast.surface0);
  await expect.element(picture('orders')).not.toHaveAttribute('aria-busy');
  expect(await source('orders')).toContain('>B<');
});

test('leaving unsaved text asks: cancel stays, save saves it, discard drops it', async () => {
  const { hub, box, chooser, text } = await editing();
  await userEvent.keyboard('one');
  const ask = page.getByRole('dialog', { name: 'Save orders.mmd?' });
  await chooser.selectOptions(FLOW);
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(chooser).toHaveValue(ORDERS);
  expect(text(ORDERS)).toMatch(/one$/);
  await chooser.selectOptions(FLOW);
  await ask.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => text(FLOW)).toContain('C --> D');
  expect(hub.files.content.get(ORDERS)).toMatch(/one$/);
  await chooser.selectOptions(ORDERS);
  await expect.poll(() => text(ORDERS)).toMatch(/one$/);
  await box.getByRole('textbox', { name: `Content of ${ORDERS}` }).click();
  await userEvent.keyboard('{Control>}{Home}{/Control}two');
  await box.getByRole('button', { name: 'New', exact: true }).click();
  await ask.getByRole('button', { name: 'Discard' }).click();
  await box.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => text(ORDERS)).toMatch(/^flowchart.*one$/s);
  expect(await diagramDrafts.get(PROJECT, ORDERS)).toBeNull();
});

test('what an agent writes shows at once where nothing was edited, and is merged where something was', async () => {
  const { hub, box, text, source } = await editing();
  hub.files.change(ORDERS, 'flowchart LR\n  A --> Agent\n');
  await expect.poll(() => source('orders')).toContain('Agent');
  await userEvent.keyboard('{Control>}{End}{/Control}Agent --> Mine');
  hub.files.change(ORDERS, 'flowchart TD\n  A --> Agent\n');
  await expect.element(box.getByText(/changed on disk while you were editing it/)).toBeVisible();
  expect(text(ORDERS)).toContain('Mine');
  await box.getByRole('button', { name: 'Compare & merge' }).click();
  await expect.element(box.getByText('2 differences')).toBeVisible();
  await box
    .getByRole('button', { name: /Take this part from the disk/ })
    .first()
    .click();
  await box.getByRole('button', { name: 'Save the result' }).click();
  await expect.poll(() => hub.files.content.get(ORDERS)).toBe('flowchart TD\n  A --> Agent\nAgent --> Mine');
});

test('what was not saved is there again after a reload, also of a diagram that is not the first', async () => {
  const { hub, face, box, chooser, text, editor } = await openArchitecture();
  await chooser.selectOptions(FLOW);
  await expect.poll(() => text(FLOW)).toContain('C --> D');
  await editor(FLOW).click();
  await userEvent.keyboard('{Control>}{End}{/Control}D --> Kept');
  await expect.poll(async () => (await diagramDrafts.get(PROJECT, FLOW))?.content).toMatch(/Kept$/);
  await (await face).unmount();
  openFace(hub);
  const again = await shown();
  await expect.poll(() => again.text(FLOW)).toMatch(/Kept$/);
  await expect.element(box.getByRole('option', { name: `${FLOW} (not saved)` })).toBeInTheDocument();
});

test('a diagram is made of a template, and a name that is taken is told', async () => {
  const { hub, box, text, chooser } = await openArchitecture();
  await box.getByRole('button', { name: 'New', exact: true }).click();
  await box.getByRole('textbox', { name: 'Name' }).fill('orders');
  await box.getByRole('combobox', { name: 'Begin with' }).selectOptions('Flowchart (Mermaid)');
  await box.getByRole('button', { name: 'Create' }).click();
  await expect.element(box.getByText(`There is a file ${ORDERS} already.`)).toBeVisible();
  await box.getByRole('textbox', { name: 'Name' }).fill('stock');
  await box.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => text('.architecture/stock.mmd')).toContain('In stock?');
  await expect.element(chooser).toHaveValue('.architecture/stock.mmd');
  expect(hub.files.content.get('.architecture/stock.mmd')).toContain('In stock?');
});

test('a diagram that is deleted on disk keeps its text, and can be saved again or left', async () => {
  const { hub, box, editor } = await openArchitecture();
  await expect.element(editor(ORDERS)).toBeVisible();
  hub.files.change(ORDERS, undefined);
  await box.getByRole('button', { name: 'Save it again' }).click();
  await expect.poll(() => hub.files.content.has(ORDERS)).toBe(true);
  hub.files.change(ORDERS, undefined);
  await box.getByRole('button', { name: 'Close' }).click();
  await expect.element(editor(FLOW)).toBeVisible();
});
