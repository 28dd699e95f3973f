import { z } from 'zod';
import { Budgets } from './budget.ts';
import { NotificationSettings } from './notifications.ts';
import { Prices } from './prices.ts';
import { PTY_SCROLLBACK_BOUNDS, PTY_SCROLLBACK_LINES } from './pty.ts';

/** How far an agent may go unasked. The names are Claude Code's, other providers map onto them (spec §3.10). */
export const PermissionMode = z.enum(['default', 'acceptEdits', 'plan', 'bypassPermissions']);
export type PermissionMode = z.infer<typeof PermissionMode>;

/** `providers.<id>` in the settings: what the person decided about one agent provider. */
export const ProviderSettings = z.looseObject({
  enabled: z.boolean().default(true),
  /** The program to run instead of the one found on PATH or installed by agor. */
  path: z.string().optional(),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  defaultModel: z.string().optional(),
  /** Provider-specific, checked by the provider. */
  config: z.record(z.string(), z.unknown()).default({}),
});
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** What a project decides differently: only what it names. `env` and `config` are merged name by name, the rest replaces. */
export const ProviderOverrides = z.looseObject({
  path: z.string().optional(),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  defaultModel: z.string().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});
export type ProviderOverrides = z.infer<typeof ProviderOverrides>;

/** What draws a terminal in the face. */
export const TermRenderer = z.enum(['auto', 'webgl', 'dom']);
export type TermRenderer = z.infer<typeof TermRenderer>;

/** Every settings key with its schema; `agor config` and the settings screen use the same. Unknown keys are refused by name. */
export const settingsSchemas = {
  theme: z.string().default('mocha'),
  ui_font_family: z.string().max(200).default(''),
  ui_font_size: z.number().int().min(10).max(24).default(13),
  term_font_family: z.string().max(200).default(''),
  term_font_size: z.number().int().min(8).max(24).default(13),
  term_scrollback: z
    .number()
    .int()
    .min(PTY_SCROLLBACK_BOUNDS.min)
    .max(PTY_SCROLLBACK_BOUNDS.max)
    .default(PTY_SCROLLBACK_LINES)
    .meta({
      title: 'Lines that terminals remember',
      description: 'Above the screen, of terminals that are opened from now on. A thousand lines take about 1 MB.',
      section: 'terminals',
      unit: 'lines',
      step: 100,
    }),
  term_renderer: TermRenderer.default('auto').meta({
    title: 'How terminals are drawn',
    description:
      'With the graphics card, large screens that change fast cost less. If it fails, a terminal goes on without.',
    section: 'terminals',
    choices: {
      auto: 'With the graphics card where there is a real one',
      webgl: 'With the graphics card (WebGL)',
      dom: 'Without it',
    },
  }),
  term_copy_on_select: z.boolean().default(false).meta({
    title: 'Copy what is selected',
    description: 'Text that you select in a terminal is in the clipboard at once.',
    section: 'terminals',
  }),
  default_shell: z.string().default(''),
  default_cwd: z.string().default(''),
  default_provider: z.string().default('claude'),
  default_permission_mode: PermissionMode.default('default'),
  /** The widest a project box may get, as a multiple of the window's height (spec §1.3). */
  project_max_aspect: z.number().min(0.3).max(3).default(1),
  /** Minutes after which an idle agent's process is closed; its session resumes with the next prompt. 0 = never. */
  idle_close_minutes: z.number().min(0).max(1440).default(30),
  /** An agent's process is started as soon as someone begins to write to it, so that its first answer comes sooner. */
  prewarm: z.boolean().default(false),
  /** Whether agents of a project that is added from now on are confined to it. */
  sandbox_new_projects: z.boolean().default(true),
  /** At a limit's reset time the prompts that wait go on by themselves; else they wait for the person. */
  resume_after_limit: z.boolean().default(false),
  /**
   * An agent that has nothing to do is told to read its role and its inbox again, so many minutes after its last prompt. 0 = never: each
   * such turn costs.
   */
  refresh_minutes: z.number().int().min(0).max(10_080).default(0),
  /** What may be spent before agor tells the person (soft) or stops and asks (hard); nothing is limited by default. */
  budgets: Budgets.default({}),
  /** What models cost, where agor does not know it or the person pays otherwise. */
  prices: Prices.default({}),
  /** How the person is told of what happens, and when not. */
  notifications: NotificationSettings.default({ types: {}, quietHours: null }),
} as const;
export type SettingsKey = keyof typeof settingsSchemas | `providers.${string}`;

/** The schema of a settings key, or null when there is no such key. */
export function settingSchema(key: string): z.ZodType | null {
  if (key.startsWith('providers.') && key.length > 'providers.'.length) return ProviderSettings;
  return Object.hasOwn(settingsSchemas, key) ? ((settingsSchemas as Record<string, z.ZodType>)[key] ?? null) : null;
}
