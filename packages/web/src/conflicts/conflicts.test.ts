import { FileConflict, ProjectConflicts, ProjectId, SessionId } from '@agor/protocol';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { lastInput } from '../testing/received.ts';
import { sampleHub } from '../testing/sample-data.ts';

const box = (name: string) => page.getByRole('region', { name, exact: true });
const chip = () => page.getByRole('button', { name: /^web-shop: \d+ (conflict|seen)/ });

function shop(hub: FakeHub) {
  const { projects } = hub.groups.groups.find(({ name }) => name === 'Shop') ?? { projects: [] };
  const of = (name: string) => {
    const project = projects.find((one) => one.name === name);
    const session = [...hub.sessions.values()].find(({ state }) => state.projectId === project?.id);
    if (!project || !session) throw new Error(`no ${name} in the sample`);
    return { project, session: session.state };
  };
  return { shop: of('web-shop'), worker: of('worker') };
}

function told(hub: FakeHub, projectId: string, ...files: Partial<FileConflict>[]) {
  const conflicts = [
    ProjectConflicts.parse({
      projectId: ProjectId.parse(projectId),
      files: files.map((file) =>
        FileConflict.parse({
          path: '/x',
          sessionIds: [],
          external: false,
          lastWriteAt: 1,
          acknowledged: false,
          ...file,
        }),
      ),
    }),
  ];
  hub.conflicts = conflicts;
  hub.tell({ kind: 'conflicts', conflicts });
}

test('a project tells files that several write: which, who, and from outside; acknowledged they are only seen, and then gone', async () => {
  const hub = sampleHub();
  const { shop: own, worker } = shop(hub);
  openFace(hub);
  await expect.element(box('web-shop')).toBeVisible();
  await expect.element(chip()).not.toBeInTheDocument();
  told(
    hub,
    own.project.id,
    { path: `${own.project.cwd}/src/cart.ts`, sessionIds: [own.session.id, worker.session.id] },
    { path: `${own.project.cwd}/README.md`, sessionIds: [own.session.id], external: true },
  );
  await box('web-shop').getByTestId('conflicts-chip').click();
  const panel = page.getByRole('dialog', { name: /web-shop: files written by several/ });
  await expect.element(panel.getByText('src/cart.ts')).toBeVisible();
  await expect.element(panel.getByRole('button', { name: /^worker: / })).toBeVisible();
  await expect
    .element(panel.getByRole('listitem').filter({ hasText: 'README.md' }).getByText('outside agor'))
    .toBeVisible();
  await panel.getByRole('button', { name: 'Acknowledge the conflicts of web-shop' }).click();
  await expect.poll(() => lastInput(hub, 'conflicts.acknowledge')).toMatchObject({ projectId: own.project.id });
  await expect.element(panel.getByRole('button', { name: /Acknowledge/ })).not.toBeInTheDocument();
  await expect.element(box('web-shop').getByRole('button', { name: 'web-shop: 2 seen' })).toBeInTheDocument();
  hub.conflicts = [];
  hub.tell({ kind: 'conflicts', conflicts: [] });
  await expect.element(box('web-shop').getByTestId('conflicts-chip')).not.toBeInTheDocument();
});

test('the status bar counts the conflicts of all projects, and leads to who wrote', async () => {
  const hub = sampleHub();
  const { shop: own, worker } = shop(hub);
  openFace(hub);
  told(hub, own.project.id, { path: '/p/a.ts', sessionIds: [own.session.id, worker.session.id] });
  const bar = page.getByTestId('status-bar');
  await bar.getByRole('button', { name: 'All projects: 1 conflict' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^worker: / })
    .click();
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  await expect.element(box('worker')).toHaveAttribute('data-focused', 'true');
});

test('a session that this window does not know is named so', async () => {
  const hub = sampleHub();
  const { shop: own } = shop(hub);
  openFace(hub);
  told(hub, own.project.id, { path: '/p/a.ts', sessionIds: [own.session.id, SessionId.parse('gone')] });
  await box('web-shop').getByTestId('conflicts-chip').click();
  await expect.element(page.getByRole('dialog').getByRole('button', { name: 'an older session' })).toBeVisible();
});
