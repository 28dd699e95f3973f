import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { openFace } from '../testing/mount.ts';
import { sampleHub } from '../testing/sample-data.ts';
import Popover from './Popover.svelte';

const html = (text: string) => createRawSnippet(() => ({ render: () => text }));

test('what a button opens stays in a small window, takes the focus, and gives it back at Escape', async () => {
  await page.viewport(420, 300);
  render(Popover, {
    label: 'Details',
    width: '40rem',
    side: 'top',
    align: 'end',
    button: html('<span>Open</span>'),
    children: html('<div style="height: 900px"><button type="button">Inside</button></div>'),
  });
  await page.getByRole('button', { name: 'Open' }).click();
  const panel = page.getByRole('dialog', { name: 'Details' });
  await expect.element(panel).toBeVisible();
  await expect
    .poll(() => {
      const { left, right, top, bottom } = panel.element().getBoundingClientRect();
      return left >= 0 && right <= 420 && top >= 0 && bottom <= 300;
    })
    .toBe(true);
  await expect.poll(() => panel.element().contains(document.activeElement)).toBe(true);
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.querySelector('[role=dialog]')).toBeNull();
  await expect.poll(() => document.activeElement?.textContent).toBe('Open');
  await page.viewport(1366, 768);
});

test('a menu is walked by arrow keys, and Escape leads back to its button', async () => {
  openFace(sampleHub());
  const trigger = page.getByRole('button', { name: 'Group: Shop' });
  await trigger.click();
  await expect.element(page.getByRole('menuitem', { name: /Shop/ })).toBeVisible();
  await userEvent.keyboard('{Home}{ArrowDown}');
  await expect.poll(() => document.activeElement?.textContent).toContain('Tools');
  await userEvent.keyboard('{End}');
  await expect.poll(() => document.activeElement?.textContent).toContain('Edit groups');
  await userEvent.keyboard('{Escape}');
  await expect.poll(() => document.querySelector('[role=menu]')).toBeNull();
  await expect.poll(() => document.activeElement?.getAttribute('aria-label')).toBe('Group: Shop');
});
