import { ProjectId } from '@agor/protocol';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openFace } from '../../../testing/mount.ts';
import { lastInput } from '../../../testing/received.ts';
import { sampleHub } from '../../../testing/sample-data.ts';

const PROJECT = ProjectId.parse('billing-api');

async function open(tab: 'Testing' | 'Memory' | 'Context', hub = sampleHub()) {
  openFace(hub);
  const box = page.getByRole('region', { name: 'billing-api', exact: true });
  await box.getByRole('tab', { name: tab }).click();
  return { hub, box };
}
async function accessible(testId: string) {
  const { violations } = await axe.run(`[data-testid="${testId}"]`, { runOnly: ['wcag2a', 'wcag2aa'] });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}
function withCommand() {
  const hub = sampleHub();
  const groups = hub.groups.groups.map((group) => ({
    ...group,
    projects: group.projects.map((one) => (one.id === PROJECT ? { ...one, testCommand: 'npm test' } : one)),
  }));
  hub.groups = { ...hub.groups, groups };
  return hub;
}
const failing = {
  reporter: 'vitest',
  totals: { passed: 1, failed: 1, skipped: 0 },
  cases: [
    {
      name: 'adds',
      suite: ['sum'],
      file: 'src/main.ts',
      line: null,
      status: 'passed' as const,
      durationMs: 2,
      message: '',
    },
    {
      name: 'carries',
      suite: ['sum'],
      file: 'src/main.ts',
      line: 3,
      status: 'failed' as const,
      durationMs: 4,
      message: 'expected 2 to be 3',
    },
  ],
};

test('without a command one is suggested, and nothing runs by itself', async () => {
  const { hub, box } = await open('Testing');
  await expect.element(box.getByText('How is this project tested?')).toBeVisible();
  await box.getByRole('button', { name: 'npm test' }).click();
  await expect.element(box.getByLabelText('Test command')).toHaveValue('npm test');
  await accessible('testing-tab');
  await box.getByRole('button', { name: 'Keep this command' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({ changes: { testCommand: 'npm test' } });
  expect(lastInput(hub, 'testing.start')).toBeUndefined();
});

test('a run shows what it says, then what failed, and the failures go to the composer', async () => {
  const { hub, box } = await open('Testing', withCommand());
  await box.getByRole('button', { name: 'Run the tests' }).click();
  await expect.element(box.getByRole('button', { name: 'Cancel the run' })).toBeVisible();
  hub.knowledge.say('\u001b[32mworking\u001b[0m\n');
  await expect.element(box.getByText('working')).toBeVisible();
  hub.knowledge.end({ status: 'failed', why: 'exit code 1', canRerunFailed: true }, failing);
  await expect.element(box.getByText('1 failed, 1 passed')).toBeVisible();
  await expect.element(box.getByText('expected 2 to be 3')).toBeVisible();
  await accessible('testing-tab');
  await box.getByRole('button', { name: 'All (2)' }).click();
  await expect
    .element(box.getByRole('list', { name: 'Tests', exact: true }).getByRole('listitem').first())
    .toBeVisible();
  await box.getByRole('button', { name: 'Run what failed' }).click();
  await expect.poll(() => lastInput(hub, 'testing.start')).toMatchObject({ onlyFailed: true });
  await box.getByRole('button', { name: 'Cancel the run' }).click();
  await expect.element(box.getByText('Cancelled').first()).toBeVisible();
  hub.knowledge.end({ status: 'failed', why: 'exit code 1' }, failing);
  await box.getByRole('button', { name: 'Send the failures to the agent' }).click();
  await expect
    .poll(() => (box.getByTestId('agent-prompt').query() as HTMLTextAreaElement | null)?.value)
    .toContain('carries (src/main.ts:3)');
});

test('a long output is no window within the window: its end, where the failure is, is reached by scrolling the tab', async () => {
  const { hub, box } = await open('Testing', withCommand());
  await box.getByRole('button', { name: 'Run the tests' }).click();
  await expect.element(box.getByRole('button', { name: 'Cancel the run' })).toBeVisible();
  hub.knowledge.say(Array.from({ length: 80 }, (_, at) => `line ${at}\n`).join(''));
  const output = () => document.querySelector('[aria-label="Output of the tests"]');
  await expect.poll(() => output()?.textContent).toContain('line 79');
  expect(output()?.scrollHeight).toBe(output()?.clientHeight);
});

test('a failure opens its file', async () => {
  const { hub, box } = await open('Testing', withCommand());
  await box.getByRole('button', { name: 'Run the tests' }).click();
  hub.knowledge.end({ status: 'failed', why: 'exit code 1' }, failing);
  await box.getByRole('button', { name: 'src/main.ts:3' }).click();
  await expect.element(box.getByRole('navigation', { name: 'Path' })).toHaveTextContent('src/main.ts');
});

test('without a database the Memory tab says where it is looked for', async () => {
  const { box } = await open('Memory');
  await expect.element(box.getByText('/home/you/.local/share/memora/memories.db')).toBeVisible();
  await accessible('memory-tab');
});

test('memories are searched, filtered by any tag, and opened', async () => {
  const hub = sampleHub();
  const fixed = { isCut: false, metadata: null, createdAt: '2026-01-01', updatedAt: null };
  hub.knowledge.memories = [
    { id: '1', content: 'Rounds half up', tags: ['a', 'b', 'c', 'd', 'e', 'f'], ...fixed },
    { id: '2', content: 'Deploys on Tuesdays', tags: ['ops'], ...fixed },
  ];
  const { box } = await open('Memory', hub);
  await expect.element(box.getByText('2 memories')).toBeVisible();
  await expect.element(box.getByText('+2')).toBeVisible();
  await accessible('memory-tab');
  await box.getByRole('button', { name: /^ops/ }).click();
  await expect.element(box.getByText('1 memory')).toBeVisible();
  await box.getByRole('button', { name: /^ops/ }).click();
  await box.getByLabelText('Search the memories').click();
  await userEvent.keyboard('Rounds');
  await expect.poll(() => lastInput(hub, 'memory.search')).toMatchObject({ query: 'Rounds' });
  await box.getByRole('button', { name: /Rounds half up/ }).click();
  await expect.element(box.getByRole('button', { name: /Rounds half up/ })).toHaveAttribute('aria-expanded', 'true');
});

test('the context database is made, the project registered', async () => {
  const { hub, box } = await open('Context');
  await box.getByRole('button', { name: 'Create the database' }).click();
  await box.getByRole('button', { name: 'Register this project' }).click();
  await expect.element(box.getByText('Nothing is noted for billing-api yet.')).toBeVisible();
  expect(lastInput(hub, 'ctx.register')).toMatchObject({ projectId: PROJECT });
  await accessible('context-tab');
});
