import { type SearchHit, SessionId } from '@agor/protocol';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub, text } from '../testing/sample-data.ts';
import { progressWords } from './found.logic.ts';

const LONG = 6_000;

/** A session of many messages, of which one is found. */
function longHub() {
  const hub = sampleHub();
  const id = SessionId.parse([...hub.sessions.keys()][0]);
  const before = hub.sessions.get(id)?.log.length ?? 0;
  hub.emit(id, ...Array.from({ length: LONG }, (_, n) => text(`long-${n}`, `Entry ${n} of the long session`)));
  const state = hub.sessions.get(id)?.state;
  const hitAt = (n: number, words: string): SearchHit => ({
    kind: 'message',
    id: `doc-${n}`,
    role: 'agent',
    projectId: state?.projectId ?? null,
    at: state?.createdAt ?? 0,
    snippet: [
      { text: 'Entry ', hit: false },
      { text: words, hit: true },
      { text: ' <b>of</b> the long session', hit: false },
    ],
    cut: false,
    sessionId: id,
    sessionTitle: 'The long one',
    provider: state?.provider as never,
    seq: before + n + 1,
  });
  hub.search = ({ text: words }) => {
    const n = Number(words);
    const hits = Number.isNaN(n) ? [] : [hitAt(n, words), hitAt(n + 1, words)];
    return { hits, total: hits.length, more: false, index: 'current' };
  };
  return { hub, id, hitAt };
}

async function openSearch() {
  const { hub, id } = longHub();
  openFace(hub);
  await expect.element(page.getByRole('region', { name: 'web-shop', exact: true })).toBeVisible();
  await userEvent.keyboard('{Control>}{Shift>}f{/Shift}{/Control}');
  const input = page.getByTestId('search-input');
  await expect.element(input).toHaveFocus();
  return { hub, id, input };
}

test('what is found is shown as text, chosen by keys, and leads to the very message with the focus on it', async () => {
  await openSearch();
  await userEvent.keyboard('70');
  const words = () => document.querySelector('[data-testid="search-hit"] .snippet')?.textContent?.trim();
  await expect.poll(words, { timeout: 30_000 }).toBe('Entry 70 <b>of</b> the long session');
  expect(document.querySelector('[data-testid="search-hit"] mark')?.textContent).toBe('70');
  await expect.element(page.getByTestId('search-total')).toHaveTextContent('2 found');
  await userEvent.keyboard('{ArrowDown}{ArrowUp}{Enter}');
  await expect.element(page.getByTestId('search-overlay')).not.toBeInTheDocument();
  await expect
    .poll(() => document.activeElement?.textContent, { timeout: 30_000 })
    .toMatch(/Entry 70 of the long session/);
});

test('filters go with the question, and the session stays chosen until it is taken back', async () => {
  const { hub, input } = await openSearch();
  await userEvent.keyboard('12');
  await page.getByRole('combobox', { name: 'What' }).selectOptions('tool');
  await expect
    .poll(() => lastInput(hub, 'search.query'))
    .toMatchObject({ text: '12', filters: { kinds: ['tool'] }, expression: false });
  await page.getByRole('checkbox', { name: 'FTS expression' }).click();
  await expect.poll(() => lastInput(hub, 'search.query')).toMatchObject({ expression: true });
  await input.fill('nothing here');
  await expect.element(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await page.getByRole('button', { name: 'Search without filters' }).click();
  await expect.poll(() => lastInput(hub, 'search.query')).toMatchObject({ filters: {} });
});

test('what was not looked at is looked at on demand, and the chosen one stays chosen', async () => {
  const { hub, hitAt } = longHub();
  const pages: Record<string, SearchHit[]> = { first: [hitAt(10, '10'), hitAt(11, '11')], 500: [hitAt(3, '3')] };
  hub.search = ({ before = 'first' }) => ({
    hits: pages[before] ?? [],
    total: before === 'first' ? null : 1,
    more: false,
    index: 'current',
    ...(before === 'first' && { older: '500' }),
  });
  openFace(hub);
  await expect.element(page.getByRole('region', { name: 'web-shop', exact: true })).toBeVisible();
  await userEvent.keyboard('{Control>}{Shift>}f{/Shift}{/Control}');
  await expect.element(page.getByTestId('search-input')).toHaveFocus();
  await userEvent.keyboard('entry');
  await expect.poll(() => page.getByTestId('search-hit').all().length, { timeout: 30_000 }).toBe(2);
  await userEvent.keyboard('{ArrowDown}');
  await page.getByRole('button', { name: 'Look further back' }).click();
  await expect.poll(() => page.getByTestId('search-hit').all().length).toBe(3);
  expect(lastInput(hub, 'search.query')).toMatchObject({ before: '500', offset: 0 });
  const chosen = () => document.querySelector('[data-testid="search-hit"][aria-selected="true"] mark')?.textContent;
  await expect.poll(chosen, { timeout: 30_000 }).toBe('11');
  await expect.element(page.getByRole('button', { name: 'Look further back' })).not.toBeInTheDocument();
  await expect.element(page.getByTestId('search-total')).toHaveTextContent('Many found; the newest are shown');
});

test('a search that fails says so, and is tried again', async () => {
  const { hub } = await openSearch();
  const works = hub.search;
  hub.search = () => {
    throw new Error('The search ended unexpectedly.');
  };
  await userEvent.keyboard('7');
  await expect.element(page.getByRole('heading', { name: 'The search did not work' })).toBeVisible();
  hub.search = works;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByTestId('search-hit').first()).toBeVisible();
});

test('while the index is behind, it is told how far it is', () => {
  const status = { index: 'catchingUp', documents: 1_200, sessions: 40, sessionsDone: 3, bytes: 1 } as const;
  const entries = (1_200).toLocaleString();
  expect(progressWords(status)).toBe(`Being indexed: ${entries} entries, 3 of 40 sessions`);
  expect(progressWords({ ...status, index: 'rebuilding' })).toBe(
    `The index is made anew: ${entries} entries, 3 of 40 sessions`,
  );
  expect(progressWords({ ...status, sessionsDone: 40 })).toBe('Not everything is indexed yet');
});

test('nothing in it keeps anybody out', async () => {
  await openSearch();
  await userEvent.keyboard('5');
  await expect.element(page.getByTestId('search-hit').first()).toBeVisible();
  const { violations } = await axe.run('[data-testid="search-overlay"]', { runOnly: ['wcag2a', 'wcag2aa'] });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
