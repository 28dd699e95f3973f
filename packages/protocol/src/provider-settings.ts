import { z } from 'zod';
import { SecretName } from './secrets.ts';

/** `providers.<id>` in the settings: what the person decided about one agent provider. */
export const ProviderSettings = z.looseObject({
  enabled: z.boolean().default(true),
  /** The program to run instead of the one found on PATH or installed by agor. */
  path: z.string().optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  /** Known secrets of the keyring that its agents get, each as the variable that they look for. None unless the person says so: a key may cost money where a sign-in does not. */
  storedKeys: z.array(SecretName).optional(),
  defaultModel: z.string().optional(),
  /** Provider-specific, checked by the provider. */
  config: z.record(z.string(), z.unknown()).default({}),
});
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** What a project decides differently: only what it names. `env` and `config` are merged name by name, the rest replaces. */
export const ProviderOverrides = z.looseObject({
  storedKeys: z.array(SecretName).optional(),
  path: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  defaultModel: z.string().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});
export type ProviderOverrides = z.infer<typeof ProviderOverrides>;
