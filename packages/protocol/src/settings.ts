import { z } from 'zod';
import { AnchorBudgetScale } from './anchors.ts';
import { Budgets } from './budget.ts';
import { McpServerChoices } from './mcp.ts';
import { NotificationSettings } from './notifications.ts';
import { Prices } from './prices.ts';
import { ProviderSettings } from './provider-settings.ts';
import { PTY_SCROLLBACK_BOUNDS, PTY_SCROLLBACK_LINES } from './pty.ts';
import type { SettingMeta } from './setting-meta.ts';
import { Shortcuts } from './shortcuts.ts';
import { WakeStrategy } from './wake.ts';

/** How far an agent may go unasked. The names are Claude Code's, other providers map onto them (spec §3.10). */
export const PermissionMode = z.enum(['default', 'acceptEdits', 'plan', 'bypassPermissions']);
export type PermissionMode = z.infer<typeof PermissionMode>;

/** What draws a terminal in the face. */
export const TermRenderer = z.enum(['auto', 'webgl', 'dom']);
export type TermRenderer = z.infer<typeof TermRenderer>;

/** Every settings key with its schema and its meaning; `agor config` and the settings screen use the same. Unknown keys are refused by name. */
export const settingsSchemas = {
  theme: z.string().max(300).default('mocha').meta({
    title: 'Theme',
    description: 'The colours of the window, its terminals, code and charts.',
    section: 'appearance',
    control: 'theme',
  }),
  theme_light: z.string().max(300).default('latte').meta({
    title: 'Theme of a light system',
    description: 'Shown while the system is light, when agor follows the system.',
    section: 'appearance',
    control: 'theme',
  }),
  theme_dark: z.string().max(300).default('mocha').meta({
    title: 'Theme of a dark system',
    description: 'Shown while the system is dark, when agor follows the system.',
    section: 'appearance',
    control: 'theme',
  }),
  ui_font_family: z.string().max(200).default('').meta({
    title: 'Interface font',
    description: 'A font that is installed on this computer. Empty: Inter.',
    section: 'appearance',
    placeholder: 'Inter',
    control: 'font',
  }),
  ui_font_size: z.number().int().min(10).max(24).default(13).meta({
    title: 'Interface font size',
    description: 'Everything but terminals and code follows it.',
    section: 'appearance',
    unit: 'px',
  }),
  term_font_family: z.string().max(200).default('').meta({
    title: 'Terminal and code font',
    description: 'A font that is installed on this computer, best one of fixed width. Empty: JetBrains Mono.',
    section: 'appearance',
    placeholder: 'JetBrains Mono',
    control: 'font',
  }),
  term_font_size: z.number().int().min(8).max(24).default(13).meta({
    title: 'Terminal and code font size',
    description: 'Open terminals follow it at once.',
    section: 'appearance',
    unit: 'px',
  }),
  files_save_on_blur: z.boolean().default(false).meta({
    title: 'Save files when the editor is left',
    description: 'In the Files tab. A file that changed on disk meanwhile is never overwritten by it.',
    section: 'defaults',
  }),
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
  project_max_aspect: z.number().min(0.3).max(3).default(1).meta({
    title: 'Widest project box',
    description: "As a multiple of the window's height. The grid shows it while you move the slider.",
    section: 'appearance',
    step: 0.1,
    control: 'aspect',
  }),
  default_provider: z
    .string()
    .max(300)
    .default('claude')
    .meta({
      title: 'Agent',
      description: 'The agent of projects and role agents that have none of their own.',
      section: 'defaults',
      levels: ['group', 'project', 'agent'],
      control: 'provider',
    }),
  default_permission_mode: PermissionMode.default('default').meta({
    title: 'Permission mode',
    description: 'How far an agent may go before it asks.',
    section: 'defaults',
    levels: ['group', 'project', 'agent'],
    control: 'permissionMode',
  }),
  default_shell: z.string().max(4_096).default('').meta({
    title: 'Shell of new terminals',
    description: 'A program, such as /bin/zsh. Empty: your login shell.',
    section: 'defaults',
    placeholder: '/bin/bash',
    control: 'path',
  }),
  default_cwd: z.string().max(4_096).default('').meta({
    title: 'Starting folder',
    description: 'Where “Add project” starts, and terminals without a project. Empty: your home folder.',
    section: 'defaults',
    control: 'folder',
  }),
  test_command: z
    .string()
    .max(2_000)
    .default('')
    .meta({
      title: 'Test command',
      description:
        'What the Testing tab runs in the project’s folder, with your own environment, as a terminal would. Empty: the tab suggests one from the files of the project.',
      section: 'defaults',
      placeholder: 'npm test',
      levels: ['group', 'project'],
    }),
  sandbox_new_projects: z
    .boolean()
    .default(true)
    .meta({
      title: 'Agents of new projects work in a sandbox',
      description: 'Holds for projects and role agents that are added from now on. Each has a switch of its own.',
      section: 'agents',
      levels: ['group'],
    }),
  prewarm: z
    .boolean()
    .default(false)
    .meta({
      title: 'Start an agent when I begin to write to it',
      description: 'Its first answer comes sooner; its process runs a little longer.',
      section: 'agents',
      levels: ['group', 'project', 'agent'],
    }),
  idle_close_minutes: z
    .number()
    .min(0)
    .max(1440)
    .default(30)
    .meta({
      title: "Close an idle agent's process after",
      description: 'Its conversation goes on with your next prompt. 0: never.',
      section: 'agents',
      unit: 'minutes',
      levels: ['group', 'project', 'agent'],
    }),
  stall_threshold_min: z
    .number()
    .min(1)
    .max(1440)
    .default(15)
    .meta({
      title: 'An agent counts as stalled after',
      description: 'It works and nothing was heard of it for so long: then it needs your attention.',
      section: 'agents',
      unit: 'minutes',
      levels: ['group', 'project', 'agent'],
    }),
  max_turns: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(0)
    .meta({
      title: 'Calls of the model for one prompt, at most',
      description:
        'Then the turn ends and says so; your next prompt goes on. Claude Code and local models keep to it, others have no such limit. 0: no limit.',
      section: 'agents',
      levels: ['group', 'project', 'agent'],
    }),
  resume_after_limit: z
    .boolean()
    .default(false)
    .meta({
      title: 'Go on by itself when a usage limit ends',
      description: 'Prompts that wait are sent then. Else they wait for you.',
      section: 'agents',
      levels: ['group', 'project', 'agent'],
    }),
  use_worktrees: z
    .boolean()
    .default(false)
    .meta({
      title: 'A git worktree for each new session',
      description:
        'Agents of one project then work beside each other, each on a branch of its own. Their worktrees are listed in the project; none is removed by itself.',
      section: 'agents',
      levels: ['group', 'project'],
    }),
  anchor_budget_scale: AnchorBudgetScale.default('medium').meta({
    title: 'Anchors',
    description: "How much of its anchors goes with each run of an agent. They are in the project's Context tab.",
    section: 'agents',
    choices: {
      small: 'Small: 2 k tokens',
      medium: 'Medium: 6 k tokens',
      large: 'Large: 12 k tokens',
      full: 'Full: 20 k tokens',
    },
    levels: ['group', 'project', 'agent'],
  }),
  refresh_minutes: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .default(0)
    .meta({
      title: 'Remind an agent of its role when it had nothing to do for',
      description: 'It looks at its inbox and its tasks then; each such turn costs. 0: never.',
      section: 'agents',
      unit: 'minutes',
      levels: ['group', 'project', 'agent'],
    }),
  wake_strategy: WakeStrategy.default('smart').meta({
    title: 'How managers are woken',
    description: 'A manager of a group is told how its team stands, so that it can direct it.',
    section: 'agents',
    choices: {
      persistent: 'Persistent: every interval, in the same session',
      'on-demand': 'On demand: every interval, in a new session',
      smart: 'Smart: when something needs it',
    },
    levels: ['group', 'agent'],
  }),
  wake_interval_min: z
    .number()
    .min(1)
    .max(30)
    .default(3)
    .meta({
      title: 'Interval of wakes',
      description: 'How often agor looks whether a manager is to be woken.',
      section: 'agents',
      unit: 'minutes',
      levels: ['group', 'agent'],
    }),
  wake_threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .meta({
      title: 'Threshold of smart wakes',
      description: 'How much must have come together before a smart manager is woken: 0 for anything, 1 for a lot.',
      section: 'agents',
      step: 0.05,
      levels: ['group', 'agent'],
    }),
  mcp_servers: McpServerChoices.default({}).meta({
    title: 'MCP servers',
    description:
      'Tools for every agent that takes them, by the Model Context Protocol. A group, a project or a role agent can have more, and switch these off. They count from the next start of an agent.',
    section: 'agents',
    control: 'mcpServers',
  }),
  budgets: Budgets.default({}).meta({
    title: 'Limits',
    description: 'What may be spent before agor tells you, or stops and asks. Nothing is limited by default.',
    section: 'budgets',
    control: 'budgets',
  }),
  prices: Prices.default({}).meta({
    title: 'Prices of your own',
    description:
      'In dollars for a million tokens, for models whose price agor does not know or that cost you something else. Models on your own computer cost nothing.',
    section: 'budgets',
    control: 'prices',
  }),
  notifications: NotificationSettings.default({ types: {}, quietHours: null }).meta({
    title: 'What I am told of',
    description: 'Which kinds of events are shown in the corner of the window and on the desktop, and when none is.',
    section: 'notifications',
    control: 'notifications',
  }),
  shortcuts: Shortcuts.default({}).meta({
    title: 'Keyboard shortcuts',
    description: 'The keys of commands, where you chose others than those they come with.',
    section: 'keyboard',
    control: 'shortcuts',
  }),
} as const;
/** The name of one of agor's own settings. */
export type SettingName = keyof typeof settingsSchemas;
export type SettingsKey = keyof typeof settingsSchemas | `providers.${string}`;

/** The schema of a settings key, or null when there is no such key. */
export function settingSchema(key: string): z.ZodType | null {
  if (key.startsWith('providers.') && key.length > 'providers.'.length) return ProviderSettings;
  return Object.hasOwn(settingsSchemas, key) ? ((settingsSchemas as Record<string, z.ZodType>)[key] ?? null) : null;
}

/** What a key means. The test of the settings holds that every key says it. */
export function settingMeta(key: SettingName): SettingMeta {
  return settingsSchemas[key].meta() as SettingMeta;
}
