import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from './fixtures.ts';

/** WCAG 2.2, levels A and AA. */
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is shown now breaks no rule of accessibility that axe can check; the test goes on to tell all that fail. `what` is said when it does. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(LEVELS).analyze();
  const told = violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}\n  ${failureSummary}`),
  );
  expect.soft(told, `accessibility of ${what}`).toEqual([]);
}
