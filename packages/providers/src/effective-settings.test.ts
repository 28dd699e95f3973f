import { expect, test } from 'bun:test';
import { ProviderSettings } from '@agor/protocol';
import { effectiveSettings } from './effective-settings.ts';

const settings = ProviderSettings.parse({
  path: '/usr/bin/agent',
  args: ['-v'],
  env: { KEY: 'everywhere', PROXY: 'p' },
  defaultModel: 'big',
  config: { host: 'a', timeout: 1 },
});

test('what a project decides comes first, variables and configuration name by name', () => {
  const overrides = { path: '/opt/agent', env: { KEY: 'here' }, config: { host: 'b' }, defaultModel: undefined };
  expect(effectiveSettings(settings, overrides)).toEqual({
    enabled: true,
    path: '/opt/agent',
    args: ['-v'],
    env: { KEY: 'here', PROXY: 'p' },
    defaultModel: 'big',
    config: { host: 'b', timeout: 1 },
  });
});

test('without a project, and without settings, what there is counts', () => {
  expect(effectiveSettings(settings, undefined)).toBe(settings);
  expect(effectiveSettings(undefined, undefined)).toBeUndefined();
  expect(effectiveSettings(undefined, { env: { A: '1' } })).toMatchObject({
    enabled: true,
    env: { A: '1' },
    config: {},
  });
});
