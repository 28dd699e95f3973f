import { z } from 'zod';

/** Longest message between a plugin and its host, in characters of JSON. */
export const MAX_PLUGIN_MESSAGE_CHARS = 256 * 1024;

const Name = z.string().min(1).max(80);
const Short = z.string().max(500);
const Tone = z.enum(['plain', 'good', 'warning', 'bad', 'muted']).default('plain');

/** What a panel is made of. Drawn by agor's own components: there is no markup in it. */
export const PluginBlock = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: Short }),
  z.strictObject({ kind: z.literal('text'), text: z.string().max(5_000), tone: Tone }),
  /** Sanitised as what agents write is; pictures and links to agor itself are not drawn. */
  z.strictObject({ kind: z.literal('markdown'), text: z.string().max(50_000) }),
  z.strictObject({
    kind: z.literal('list'),
    items: z.array(z.strictObject({ text: Short, detail: Short.default(''), tone: Tone })).max(200),
  }),
  z.strictObject({
    kind: z.literal('table'),
    columns: z.array(Name).min(1).max(12),
    rows: z.array(z.array(Short).max(12)).max(200),
  }),
  z.strictObject({ kind: z.literal('keyValue'), pairs: z.array(z.tuple([Name, Short])).max(50) }),
  z.strictObject({ kind: z.literal('progress'), label: Short, value: z.number().min(0).max(1) }),
  z.strictObject({
    kind: z.literal('button'),
    id: Name,
    label: Name,
    tone: z.enum(['plain', 'accent']).default('plain'),
  }),
  z.strictObject({
    kind: z.literal('input'),
    id: Name,
    label: Name,
    value: Short.default(''),
    placeholder: Short.default(''),
  }),
]);
export type PluginBlock = z.infer<typeof PluginBlock>;

export const PluginPanel = z.strictObject({ title: Name, blocks: z.array(PluginBlock).max(100) });
export type PluginPanel = z.infer<typeof PluginPanel>;

export const PluginStatusItem = z.strictObject({
  text: z.string().min(1).max(60),
  tooltip: z.string().max(200).default(''),
  tone: Tone,
});
export type PluginStatusItem = z.infer<typeof PluginStatusItem>;

/** What agor tells of by itself. A plugin's own events have names of the form `<plugin id>.<name>`. */
export const PLUGIN_EVENTS = [
  'session.status',
  'ask.opened',
  'turn.ended',
  'task.changed',
  'message.received',
] as const;
const EventName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,120}$/, 'an event is named by letters, digits, dots and dashes');

const Id = z.number().int().nonnegative();
/** Worker to host. Every message is JSON text of one of these; anything else ends the plugin. */
export const FromPlugin = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('loaded') }),
  z.strictObject({ type: z.literal('failed'), message: z.string().max(2_000) }),
  z.strictObject({ type: z.literal('pong'), id: Id }),
  z.strictObject({ type: z.literal('command'), id: Id, title: Name, keywords: Short.default('') }),
  z.strictObject({ type: z.literal('commandGone'), id: Id }),
  z.strictObject({ type: z.literal('on'), event: EventName }),
  z.strictObject({ type: z.literal('off'), event: EventName }),
  z.strictObject({ type: z.literal('emit'), event: EventName, payload: z.json() }),
  z.strictObject({ type: z.literal('panel'), panel: PluginPanel.nullable() }),
  z.strictObject({ type: z.literal('openPanel') }),
  z.strictObject({ type: z.literal('status'), item: PluginStatusItem.nullable() }),
  z.strictObject({ type: z.literal('call'), id: Id, method: z.string().max(60), input: z.json() }),
  z.strictObject({ type: z.literal('done'), id: Id, error: z.string().max(2_000).nullable() }),
  z.strictObject({ type: z.literal('log'), level: z.enum(['log', 'warn', 'error']), text: z.string().max(2_000) }),
]);
export type FromPlugin = z.infer<typeof FromPlugin>;

/** Host to worker. */
export type ToPlugin =
  | { type: 'ping'; id: number }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'refused'; id: number; message: string }
  | { type: 'run'; id: number; command: number }
  | { type: 'event'; event: string; payload: unknown }
  | { type: 'action'; id: string; values: Record<string, string> }
  | { type: 'statusClicked' }
  | { type: 'values'; values: Record<string, string | number | boolean> };
