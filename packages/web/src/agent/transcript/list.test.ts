import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../../app.css';
import { FakeHub } from '../../testing/fake-hub.ts';
import ListHost from '../testing/ListHost.svelte';
import type { Row } from './rows.ts';

const text = (index: number): Row => ({
  kind: 'text',
  key: `e${index}`,
  at: 0,
  text: `Row ${index} ${'with some words '.repeat(index % 9)}`,
  open: false,
  partial: false,
});
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => text(from + index));
const log = () => page.getByRole('log', { name: 'Conversation' });
const box = () => log().element() as HTMLElement;
/** As a person scrolls: with the wheel. */
function scrollTo(top: number): void {
  box().dispatchEvent(new WheelEvent('wheel', { deltaY: top - box().scrollTop }));
  box().scrollTop = top;
}
const fromEnd = () => box().scrollHeight - box().scrollTop - box().clientHeight;
const placeOf = (words: string) =>
  [...box().querySelectorAll('[data-row]')].find((row) => row.textContent?.includes(words))?.getBoundingClientRect()
    .top;

test('a hundred thousand rows open at their end, with few of them in the page', async () => {
  render(ListHost, { hub: new FakeHub(), rows: rows(0, 100_000) });
  await expect.element(log().getByText(/Row 99999\b/)).toBeVisible();
  await expect.poll(fromEnd).toBeLessThan(2);
  expect(document.querySelectorAll('*').length).toBeLessThan(3000);
});

test('the end stays in view as rows arrive, until the person scrolls up; a button leads back', async () => {
  const shown = await render(ListHost, { hub: new FakeHub(), rows: rows(0, 200) });
  await expect.element(log().getByText(/Row 199\b/)).toBeVisible();
  await shown.rerender({ rows: rows(0, 210) });
  await expect.element(log().getByText(/Row 209\b/)).toBeVisible();
  await expect.poll(fromEnd).toBeLessThan(2);
  scrollTo(box().scrollTop - 900);
  await expect.element(page.getByRole('button', { name: 'To the end' })).toBeVisible();
  const before = box().scrollTop;
  await shown.rerender({ rows: rows(0, 220) });
  await expect.poll(fromEnd).toBeGreaterThan(900);
  expect(Math.abs(box().scrollTop - before)).toBeLessThan(2);
  await page.getByRole('button', { name: 'New messages' }).click();
  await expect.element(log().getByText(/Row 219\b/)).toBeVisible();
  await expect.poll(fromEnd).toBeLessThan(2);
});

test('an older page comes in above without a jump', async () => {
  let asked = 0;
  const shown = await render(ListHost, {
    hub: new FakeHub(),
    rows: rows(400, 600),
    hasOlder: true,
    onolder: () => {
      asked += 1;
    },
  });
  await expect.element(log().getByText(/Row 599\b/)).toBeVisible();
  scrollTo(300);
  await expect.poll(() => asked).toBeGreaterThan(0);
  await expect.poll(() => placeOf('Row 405 ')).toBeDefined();
  // Everything around is measured now.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const visible = [...box().querySelectorAll('[data-row]')].find((row) => row.getBoundingClientRect().top > 150);
  const words = `${visible?.textContent?.trim().split(' ').slice(0, 2).join(' ')} `;
  const before = placeOf(words) ?? Number.NaN;
  await shown.rerender({ rows: rows(0, 600) });
  await expect.poll(() => box().scrollTop).toBeGreaterThan(5000);
  await expect.poll(() => Math.abs((placeOf(words) ?? Number.NaN) - before)).toBeLessThan(3);
});
