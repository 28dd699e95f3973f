import { z } from 'zod';
import { ProviderId } from './ids.ts';
import { ModelInfo } from './models.ts';
import { PermissionMode } from './settings.ts';

/** What a provider can do; a control for what it can't is absent, not dead. */
export const ProviderCapabilities = z.object({
  resume: z.boolean(),
  fork: z.boolean(),
  /** A prompt sent while a turn runs changes that turn. */
  steer: z.boolean(),
  plan: z.boolean(),
  images: z.boolean(),
  cost: z.boolean(),
  /** Has a sandbox of its own. */
  sandbox: z.boolean(),
  profiles: z.boolean(),
  skills: z.boolean(),
  thinkingLevel: z.boolean(),
  modelList: z.boolean(),
  subagents: z.boolean(),
  /** One subagent can be stopped while the others and the turn go on. */
  stopSubagents: z.boolean().default(false),
  /** `/compact` makes room in the model's window. */
  compact: z.boolean().default(false),
  /** Models can be fetched from within agor. */
  pullModels: z.boolean().default(false),
  /** Sessions that were begun outside agor can be listed and continued. */
  importSessions: z.boolean().default(false),
  /** Takes MCP servers that agor hands to it. */
  mcp: z.boolean().default(false),
  permissionModes: z.array(PermissionMode),
});
export type ProviderCapabilities = z.infer<typeof ProviderCapabilities>;

/** A key of `providers.<family>.config` that has a field of its own on screen. */
export const ConfigField = z.object({
  key: z.string().min(1),
  label: z.string(),
  hint: z.string().optional(),
  placeholder: z.string().optional(),
});
export type ConfigField = z.infer<typeof ConfigField>;

/** What was found of a provider on a machine. Every state tells the person the next step. */
export const ProviderStatus = z.object({
  id: ProviderId,
  label: z.string(),
  description: z.string(),
  capabilities: ProviderCapabilities,
  models: z.array(ModelInfo),
  /** What this vendor never asks about, in words for the person. */
  neverAsks: z.string().optional(),
  /** How far this was tried, where that must be said: `untested with version X`. */
  caveat: z.string().optional(),
  configFields: z.array(ConfigField).optional(),
  /** What else may stand in `config`, in words for the person. */
  configHint: z.string().optional(),
  enabled: z.boolean(),
  install: z.discriminatedUnion('state', [
    z.object({ state: z.literal('builtIn') }),
    z.object({
      state: z.literal('found'),
      command: z.array(z.string()).min(1),
      version: z.string().nullable(),
      origin: z.enum(['configured', 'path', 'installed']),
    }),
    z.object({
      state: z.literal('notInstalled'),
      /** The pinned version that `agor providers install` would bring; null = agor can't install it. */
      installable: z.string().nullable(),
      sizeMb: z.number().optional(),
      hint: z.string(),
    }),
    z.object({ state: z.literal('broken'), command: z.array(z.string()), message: z.string() }),
  ]),
  signIn: z.discriminatedUnion('state', [
    z.object({ state: z.literal('notNeeded') }),
    z.object({ state: z.literal('signedIn'), how: z.string() }),
    z.object({ state: z.literal('signedOut'), hint: z.string() }),
    z.object({ state: z.literal('unknown') }),
  ]),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;
