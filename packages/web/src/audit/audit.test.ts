import { OPERATOR } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { sampleHub } from '../testing/sample-data.ts';

const log = page.getByRole('region', { name: 'Audit log' });
const rows = () => log.element().querySelectorAll('li').length;

test('the audit log is filtered by type and by who, grows as things happen, and is paged', async () => {
  const hub = sampleHub();
  for (let n = 1; n <= 140; n++) hub.team.note('web-shop', n % 2 ? 'btmsg_sent' : 'wake_event', `entry ${n}`);
  openFace(hub);
  await page.getByRole('button', { name: /^Comms/ }).click();
  await page.getByRole('button', { name: 'Audit log' }).click();
  await expect.poll(rows).toBe(100);
  await log.getByRole('button', { name: 'Show earlier' }).click();
  await expect.poll(rows).toBe(140);
  await expect.element(log.getByRole('button', { name: 'Show earlier' })).not.toBeInTheDocument();
  hub.team.note(OPERATOR, 'status_change', 'you cleared everything');
  await expect.element(log.getByText('you cleared everything')).toBeVisible();
  await expect.poll(rows).toBe(141);
  await page.getByRole('combobox', { name: 'Type' }).selectOptions('wake_event');
  await expect.poll(rows).toBe(70);
  await page.getByRole('combobox', { name: 'Who' }).selectOptions(OPERATOR);
  await expect.element(log.getByText('Nothing of this kind')).toBeVisible();
  await page.getByRole('combobox', { name: 'Type' }).selectOptions('');
  await expect.poll(rows).toBe(1);
});

test('a long entry opens, and one of a former agent shows its id', async () => {
  const hub = sampleHub();
  hub.team.note('former', 'dead_letter', `to nobody: ${'word '.repeat(60)}end`);
  openFace(hub);
  await page.getByRole('button', { name: /^Comms/ }).click();
  await page.getByRole('button', { name: 'Audit log' }).click();
  await expect.element(log.getByText('former', { exact: true })).toBeVisible();
  const detail = log.getByRole('button', { name: /to nobody/ });
  await expect.element(detail).toHaveAttribute('aria-expanded', 'false');
  await detail.click();
  await expect.element(detail).toHaveAttribute('aria-expanded', 'true');
});
