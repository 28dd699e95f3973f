import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FakeHub } from '../../testing/fake-hub.ts';
import { openFace } from '../../testing/mount.ts';
import { lastInput } from '../../testing/received.ts';
import { sampleHub } from '../../testing/sample-data.ts';

async function openSettings(hub: FakeHub, section: string) {
  openFace(hub);
  await page.getByTestId('settings-btn').click();
  await page.getByRole('tab', { name: section }).click();
}
const everyAgent = page.getByRole('region', { name: 'MCP servers of every agent' });
const docs = { command: 'npx', args: ['-y', 'docs-mcp'], env: {} };

test('a server is described, changed, switched off and removed', async () => {
  const hub = sampleHub();
  await openSettings(hub, 'Agents');
  await everyAgent.getByRole('button', { name: 'Add an MCP server for every agent' }).click();
  const form = page.getByRole('form', { name: 'New MCP server' });
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('agor');
  await expect.element(form.getByText(/agor's own server/)).toBeVisible();
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('docs');
  await form.getByRole('radio', { name: 'Address (HTTP)' }).click();
  await form.getByRole('textbox', { name: 'Address' }).fill('https://docs.example/mcp');
  await form.getByRole('textbox', { name: 'Name of a new header' }).fill('X-Api-Key');
  await form.getByLabelText('Value of the new header').fill('secret://docs');
  await form.getByRole('button', { name: 'Add', exact: true }).click();
  await form.getByRole('button', { name: 'Add server' }).click();
  const headers = { 'X-Api-Key': 'secret://docs' };
  const described = { url: 'https://docs.example/mcp', headers };
  await expect.element(everyAgent.getByText('https://docs.example/mcp')).toBeVisible();
  expect(lastInput(hub, 'settings.set')).toMatchObject({ key: 'mcp_servers', value: { docs: described }, base: {} });

  await everyAgent.getByRole('checkbox', { name: 'Use docs' }).click();
  await expect.poll(() => hub.settings.mcp_servers).toEqual({ docs: { ...described, enabled: false } });
  await everyAgent.getByRole('button', { name: 'Edit docs' }).click();
  const edit = page.getByRole('form', { name: 'MCP server docs' });
  await edit.getByRole('textbox', { name: 'Address' }).fill('https://docs.example/v2');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(() => hub.settings.mcp_servers)
    .toMatchObject({ docs: { url: 'https://docs.example/v2', enabled: false } });
  await everyAgent.getByRole('button', { name: 'Remove docs' }).click();
  await expect.poll(() => hub.settings.mcp_servers).toEqual({});
});

test('a configuration of another tool is pasted; what the hub refuses stays to be mended', async () => {
  const hub = sampleHub();
  hub.failNext.set('settings.set', new ORPCError('REJECTED', { message: 'The disk is full.' }));
  await openSettings(hub, 'Agents');
  await everyAgent.getByRole('button', { name: 'Paste MCP servers for every agent' }).click();
  const form = page.getByRole('form', { name: 'Paste MCP servers' });
  const field = form.getByRole('textbox', { name: 'Configuration (JSON)' });
  await field.fill('{ "mcpServers": ');
  await expect.element(form.getByText(/This is no JSON/)).toBeVisible();
  await field.fill(JSON.stringify({ mcpServers: { docs } }));
  await expect.element(form.getByText('Adds docs')).toBeVisible();
  await form.getByRole('button', { name: 'Add' }).click();
  await expect.element(form.getByText('The disk is full.')).toBeVisible();
  await expect.element(field).toHaveValue(JSON.stringify({ mcpServers: { docs } }));
  await form.getByRole('button', { name: 'Add' }).click();
  await expect.poll(() => hub.settings.mcp_servers).toEqual({ docs });
});

test('a project shows the servers of the levels above, and switches one off for itself', async () => {
  const hub = sampleHub();
  hub.settings = { ...hub.settings, mcp_servers: { docs } };
  await openSettings(hub, 'Projects');
  await page.getByRole('button', { name: 'Edit billing-api' }).click();
  const own = page.getByRole('region', { name: 'MCP servers of billing-api' });
  const row = own.getByRole('listitem');
  await expect.element(row.getByText('from Settings')).toBeVisible();
  await own.getByRole('checkbox', { name: 'Use docs' }).click();
  await expect
    .poll(() => lastInput(hub, 'groups.updateProject'))
    .toMatchObject({
      changes: { mcpServers: { docs: { enabled: false } } },
    });
  await expect.element(row.getByText('off')).toBeVisible();
  await own.getByRole('button', { name: 'Leave docs as it is above' }).click();
  await expect.poll(() => lastInput(hub, 'groups.updateProject')).toMatchObject({ changes: { mcpServers: null } });
  await expect.element(own.getByRole('checkbox', { name: 'Use docs' })).toBeChecked();
});
