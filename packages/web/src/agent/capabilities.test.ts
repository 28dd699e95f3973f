import type { ProviderStatus } from '@agor/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeHub } from '../testing/fake-hub.ts';
import { openFace } from '../testing/mount.ts';
import { sampleHub } from '../testing/sample-data.ts';
import { queued, sampleProvider, tellMuch, withEverything } from '../testing/sample-everything.ts';

afterEach(() => {
  vi.useRealTimers();
});

type Capabilities = ProviderStatus['capabilities'];
type Found = ReturnType<typeof page.getByRole>;

interface Control {
  /** What the provider lacks when the control has to be absent. */
  without: Partial<Capabilities>;
  /** Goes to where the control would be, and tells how it is found. */
  look(): Promise<Found>;
}

const box = (name: string) => page.getByRole('region', { name, exact: true });
async function inSessionMenu(item: string): Promise<Found> {
  await box('web-shop').getByRole('button', { name: 'web-shop: session menu' }).click();
  await expect.element(page.getByRole('menuitem', { name: 'New session' })).toBeVisible();
  return page.getByRole('menuitem', { name: item });
}
async function inUsage(button: string): Promise<Found> {
  await box('web-shop').getByRole('button', { name: 'web-shop: context and usage' }).click();
  await expect.element(page.getByText('The model’s window')).toBeVisible();
  return page.getByRole('button', { name: button });
}
async function inComposer(name: string | RegExp): Promise<Found> {
  await expect.element(box('web-shop').getByRole('textbox', { name: 'Message web-shop' })).toBeVisible();
  return box('web-shop').getByRole('button', { name });
}
async function inProjectForm(label: string): Promise<Found> {
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: 'Projects' }).click();
  await page.getByRole('button', { name: 'Edit web-shop' }).click();
  await expect.element(page.getByRole('region', { name: 'Sandbox', exact: true })).toBeVisible();
  return page.getByRole('combobox', { name: label });
}

const CONTROLS: Record<string, Control> = {
  steer: { without: { steer: false }, look: () => inComposer('Send into this turn') },
  'steer of a queued prompt': {
    without: { steer: false },
    look: async () => {
      await expect.element(box('web-shop').getByRole('list', { name: 'Queued prompts' })).toBeVisible();
      return box('web-shop').getByRole('button', { name: 'Send queued prompt 1 into this turn' });
    },
  },
  images: { without: { images: false }, look: () => inComposer('Add images') },
  'model list': { without: { modelList: false }, look: () => inComposer(/^Model:/) },
  'permission modes': {
    without: { permissionModes: ['default'] },
    look: () => inComposer(/^Permission mode:/),
  },
  compact: { without: { compact: false }, look: () => inUsage('Compact the conversation') },
  fork: { without: { fork: false }, look: () => inSessionMenu('Fork session') },
  import: { without: { importSessions: false }, look: () => inSessionMenu('Continue a session from outside…') },
  'import in the rail': {
    without: { importSessions: false },
    look: async () => {
      await expect.element(page.getByTestId('sidebar-rail')).toBeVisible();
      return page.getByRole('button', { name: 'Continue a session from outside' });
    },
  },
  cost: {
    without: { cost: false },
    look: async () => {
      await expect.element(box('billing-api').getByText('needs you')).toBeVisible();
      return box('billing-api').getByTitle('Cost of this session, at list price');
    },
  },
  skills: {
    without: { skills: false },
    look: async () => {
      await box('web-shop').getByRole('textbox', { name: 'Message web-shop' }).fill('/');
      await expect.element(page.getByRole('option', { name: /compact/ })).toBeVisible();
      return page.getByRole('option', { name: /review/ });
    },
  },
  profiles: { without: { profiles: false }, look: () => inProjectForm('Profile') },
  'model of a project': { without: { modelList: false }, look: () => inProjectForm('Model') },
  'permission mode of a project': {
    without: { permissionModes: ['default'] },
    look: () => inProjectForm('Permission mode'),
  },
  'fetching models': {
    without: { pullModels: false },
    look: async () => {
      await page.getByTestId('settings-btn').click();
      await page.getByRole('tab', { name: 'Agents' }).click();
      await page.getByText('Settings of claude').click();
      await expect.element(page.getByText('Environment of claude')).toBeVisible();
      return page.getByRole('textbox', { name: 'Model to fetch' });
    },
  },
};

function hubWith(lacks: Partial<Capabilities>): FakeHub {
  const hub = withEverything(sampleHub());
  hub.providers = [sampleProvider('claude', lacks)];
  for (const { state } of [...hub.sessions.values()]) {
    tellMuch(hub, state.id);
    if (state.turn) hub.emit(state.id, queued(`queued-${state.id}`, 'next'));
  }
  return hub;
}

test.each(Object.entries(CONTROLS))('what a provider lacks is absent, what it has is there: %s', async (_, control) => {
  const able = await openFace(hubWith({}));
  await expect.element(await control.look()).toBeVisible();
  await able.unmount();
  openFace(hubWith(control.without));
  await expect.element(await control.look()).not.toBeInTheDocument();
});
