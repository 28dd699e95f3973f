import { BlobId, PromptId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Face from '../../Face.svelte';
import { inputsOf, lastInput } from '../../testing/received.ts';
import { openPane, press } from '../testing/pane.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('Enter sends, Shift+Enter begins a new line', async () => {
  const { hub, composer } = await openPane('worker');
  await composer.click();
  await press('one{Shift>}{Enter}{/Shift}two');
  await expect.element(composer).toHaveValue('one\ntwo');
  await press('{Enter}');
  await expect.element(composer).toHaveValue('');
  await expect.poll(() => lastInput(hub, 'agent.query')).toMatchObject({ prompt: { text: 'one\ntwo', source: 'web' } });
});

test('the Enter that ends a word of an input method does not send', async () => {
  const { hub, composer } = await openPane('worker');
  await composer.fill('にほんご');
  const field = composer.element();
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true }));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, keyCode: 229 }));
  expect(lastInput(hub, 'agent.query')).toBeUndefined();
});

test('prompts that wait can be changed and taken back', async () => {
  const { hub, pane, composer } = await openPane('web-shop');
  for (const words of ['first', 'second']) {
    await composer.fill(words);
    await pane.getByRole('button', { name: 'Queue prompt' }).click();
  }
  const queue = pane.getByRole('list', { name: 'Queued prompts' });
  await expect.element(queue.getByText('second')).toBeVisible();
  await queue.getByRole('button', { name: 'Edit queued prompt 1' }).click();
  await queue.getByRole('textbox', { name: 'Queued prompt 1' }).fill('first, but better');
  await press('{Enter}');
  await expect.element(queue.getByText('first, but better')).toBeVisible();
  await queue.getByRole('button', { name: 'Take queued prompt 2 back' }).click();
  await expect.element(queue.getByText('second')).not.toBeInTheDocument();
  expect(lastInput(hub, 'agent.editPrompt')).toMatchObject({ text: 'first, but better' });
});

test('a prompt that may not have arrived is sent again by the person, or dismissed', async () => {
  const { hub, pane, emit } = await openPane('worker');
  const promptId = PromptId.parse('doubtful');
  emit(
    { kind: 'promptQueued', prompt: { id: promptId, text: 'Did you get this?', images: [], source: 'web' } },
    { kind: 'promptSent', promptId },
    { kind: 'promptDoubtful', promptId, reason: 'the machine died' },
  );
  await expect.element(pane.getByText('Maybe not delivered: the machine died').first()).toBeVisible();
  await pane.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => lastInput(hub, 'agent.resendPrompt')).toMatchObject({ promptId: 'doubtful' });
});

test('a prompt that could not be sent is back in the field, before what was written since', async () => {
  const { hub, composer } = await openPane('worker');
  hub.failNext.set('agent.query', new ORPCError('REJECTED', { message: 'The folder is gone.' }));
  await composer.fill('do it');
  await press('{Enter}');
  await expect.element(composer).toHaveValue('do it');
  await expect.element(page.getByText('The folder is gone.')).toBeVisible();
});

test('a prompt whose answer was lost is sent again as the same command, and is in sight meanwhile', async () => {
  const { hub, pane, composer } = await openPane('worker');
  const silence = Promise.withResolvers<void>();
  hub.waitNext.set('agent.query', silence.promise);
  await composer.fill('do it once');
  await press('{Enter}');
  const onTheWay = pane.getByRole('list', { name: 'Prompts on their way' });
  await expect.element(onTheWay.getByText('do it once')).toBeVisible();
  await expect.element(composer).toHaveValue('');
  silence.reject(new Error('the connection was lost'));
  await expect.element(onTheWay).not.toBeInTheDocument();
  const [first, second] = inputsOf(hub, 'agent.query') as { commandId: string; prompt: object }[];
  expect(second).toEqual(first);
  await expect.element(composer).toHaveValue('');
});

test('a prompt that had no answer when the window was closed is sent by the next one, once', async () => {
  const { hub, composer, face } = await openPane('worker');
  hub.waitNext.set('agent.query', new Promise(() => undefined));
  await composer.fill('not lost');
  await press('{Enter}');
  await expect.poll(() => inputsOf(hub, 'agent.query')).toHaveLength(1);
  await face.unmount();
  for (let window = 0; window < 2; window += 1) {
    const next = await render(Face, { connection: { client: hub.client(), state: 'connected' as const, since: null } });
    await expect.element(page.getByRole('textbox', { name: 'Message worker' })).toHaveValue('');
    await expect.poll(() => inputsOf(hub, 'agent.query')).toHaveLength(2);
    await expect.element(page.getByRole('list', { name: 'Prompts on their way' })).not.toBeInTheDocument();
    await next.unmount();
  }
  const [first, second] = inputsOf(hub, 'agent.query');
  expect(second).toEqual(first);
});

test('a prompt that gets no answer can be put back into the field', async () => {
  const { hub, pane, composer } = await openPane('worker');
  hub.waitNext.set('agent.query', new Promise(() => undefined));
  await composer.fill('say it otherwise');
  await press('{Enter}');
  await pane.getByRole('button', { name: 'Put back into the field' }).click();
  await expect.element(composer).toHaveValue('say it otherwise');
  await expect.element(pane.getByRole('list', { name: 'Prompts on their way' })).not.toBeInTheDocument();
});

test('what was written and not sent is there after a reload', async () => {
  const { hub, composer, face } = await openPane('worker');
  await composer.fill('half a thou');
  await face.unmount();
  const connection = { client: hub.client(), state: 'connected' as const, since: null };
  render(Face, { connection });
  await expect.element(page.getByRole('textbox', { name: 'Message worker' })).toHaveValue('half a thou');
});

test('a slash lists the commands; arrows and Enter choose one', async () => {
  const { pane, composer, emit } = await openPane('worker');
  const commands = ['clear', 'compact', 'cost'].map((name) => ({ name, description: `does ${name}` }));
  emit({ kind: 'agentInfo', commands });
  await composer.click();
  await press('/co');
  const menu = pane.getByRole('listbox', { name: 'Commands' });
  await expect.element(menu.getByRole('option', { name: /compact/ })).toHaveAttribute('aria-selected', 'true');
  await press('{ArrowDown}{Enter}');
  await expect.element(composer).toHaveValue('/cost ');
  await expect.element(menu).not.toBeInTheDocument();
});

test('an at sign looks for files; Escape puts the list away without stopping the agent', async () => {
  const { hub, pane, composer } = await openPane('web-shop');
  await composer.click();
  await press('see @main');
  const menu = pane.getByRole('listbox', { name: 'Files' });
  await expect.element(menu.getByRole('option', { name: 'src/main.ts' })).toBeVisible();
  await press('{Escape}');
  await expect.element(menu).not.toBeInTheDocument();
  await press('{Backspace}');
  await expect.element(menu.getByRole('option', { name: 'src/main.ts' })).toBeVisible();
  await press('{Tab}');
  await expect.element(composer).toHaveValue('see @src/main.ts ');
  expect(lastInput(hub, 'agent.interrupt')).toBeUndefined();
});

test('Stop interrupts; Escape does when it is pressed twice, and says so in between', async () => {
  const { hub, pane, composer } = await openPane('web-shop');
  await composer.click();
  await press('{Escape}');
  await expect.element(pane.getByText('Esc again to interrupt')).toBeVisible();
  expect(lastInput(hub, 'agent.interrupt')).toBeUndefined();
  await press('{Escape}');
  await expect.poll(() => lastInput(hub, 'agent.interrupt')).toBeDefined();
  hub.received.length = 0;
  await pane.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(() => lastInput(hub, 'agent.interrupt')).toBeDefined();
});

test('an agent that does not stop can be ended', async () => {
  const { hub, pane, emit } = await openPane('web-shop');
  emit({ kind: 'stopRequested', mode: 'interrupt', by: 'web' });
  await pane.getByRole('button', { name: 'Stop the process' }).click();
  await expect.poll(() => lastInput(hub, 'agent.stop')).toBeDefined();
});

test('a failed session tells its error and starts again', async () => {
  const { hub, pane } = await openPane('worker');
  await expect.element(pane.getByTestId('agent-strip').getByText('The model is overloaded')).toBeVisible();
  await pane.getByRole('button', { name: 'Restart' }).click();
  await expect.poll(() => lastInput(hub, 'agent.restart')).toBeDefined();
});

test('to ask nothing needs a second word; another mode does not', async () => {
  const { hub, pane } = await openPane('worker');
  const chip = pane.getByRole('button', { name: /Permission mode/ });
  await chip.click();
  await page.getByRole('menuitemradio', { name: /Ask nothing/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep asking' }).click();
  expect(lastInput(hub, 'agent.set')).toBeUndefined();
  await chip.click();
  await page.getByRole('menuitemradio', { name: /Edit without asking/ }).click();
  await expect.poll(() => lastInput(hub, 'agent.set')).toMatchObject({ permissionMode: 'acceptEdits' });
});

test('a pasted image goes to the hub and then with the prompt; what is no image says so', async () => {
  const { hub, pane, composer } = await openPane('worker');
  const ref = { blob: BlobId.parse('a'.repeat(64)), size: 3, mediaType: 'image/png' };
  const fetched = vi.fn(async () => Response.json(ref));
  vi.stubGlobal('fetch', fetched);
  await userEvent.upload(pane.getByLabelText('Images to add'), new File(['abc'], 'shot.png', { type: 'image/png' }));
  await expect.element(pane.getByRole('button', { name: 'Take image 1 off' })).toBeVisible();
  expect(fetched).toHaveBeenCalledWith('/blobs', expect.objectContaining({ method: 'PUT' }));
  await composer.fill('look');
  await press('{Enter}');
  await expect.poll(() => lastInput(hub, 'agent.query')).toMatchObject({ prompt: { images: [{ kind: 'blob', ref }] } });
});
