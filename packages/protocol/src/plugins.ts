import { z } from 'zod';

/** Names a plugin and its folder. */
export const PluginId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'a plugin id is letters, digits and dashes, begins with a letter or a digit and has 64 characters at most',
  );
export type PluginId = z.infer<typeof PluginId>;

export const PluginPermission = z.enum([
  'palette',
  'events',
  'sessions:read',
  'messages:read',
  'messages:write',
  'tasks:read',
  'tasks:write',
  'notifications',
  'ui',
]);
export type PluginPermission = z.infer<typeof PluginPermission>;

/** Names that manifests of older agors and of the catalogue use. */
const OLDER_NAMES: Readonly<Record<string, readonly PluginPermission[]>> = {
  'btmsg:read': ['messages:read'],
  'bttask:read': ['tasks:read'],
  messages: ['messages:read', 'messages:write'],
  tasks: ['tasks:read', 'tasks:write'],
};

/** Largest `plugin.json` and largest program, in bytes. */
export const MAX_PLUGIN_MANIFEST_BYTES = 64 * 1024;
export const MAX_PLUGIN_CODE_BYTES = 1024 * 1024;
/** Plugins that are looked at; more in the folder are told as a problem. */
export const MAX_PLUGINS = 100;

/** Characters that hide, break the line or turn the order of others around, but those that join letters and emojis; or nothing seen at all. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s*$/u;
/** One line that reads as it is: what a person agrees to must be what they see. */
export const PluginWords = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !UNSEEN.test(text), 'letters that can be seen, in one line');

const fieldText = { title: PluginWords(80), description: z.string().max(300).default('') };
/** One value that the person may set for a plugin. */
export const PluginField = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('string'), ...fieldText, default: z.string().max(2_000).default('') }),
  z.strictObject({
    type: z.literal('number'),
    ...fieldText,
    default: z.number().default(0),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.strictObject({ type: z.literal('boolean'), ...fieldText, default: z.boolean().default(false) }),
  z.strictObject({
    type: z.literal('choice'),
    ...fieldText,
    options: z.array(z.string().min(1).max(80)).min(1).max(30),
    default: z.string().max(80).optional(),
  }),
]);
export type PluginField = z.infer<typeof PluginField>;

const FieldName = z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/, 'a setting is named by letters, digits and _');
const Version = z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}(?:[-+][0-9A-Za-z.+-]{1,40})?$/, 'a version is like 1.2.0');
const Link = z.url({ protocol: /^https?$/ }).max(300);

const permissions = z
  .array(z.string().max(64))
  .max(30)
  .default([])
  .transform((names, ctx): PluginPermission[] => {
    const known = new Set<PluginPermission>();
    for (const name of names) {
      const own = PluginPermission.safeParse(name).data;
      const meant = own ? [own] : Object.hasOwn(OLDER_NAMES, name) ? OLDER_NAMES[name] : undefined;
      if (!meant)
        ctx.addIssue({
          code: 'custom',
          message: `there is no permission ${JSON.stringify(name)}; there are ${PluginPermission.options.join(', ')}`,
        });
      for (const one of meant ?? []) known.add(one);
    }
    return PluginPermission.options.filter((one) => known.has(one));
  });

/** `plugin.json`, in both of its shapes (`main` or `entry`), made one. Keys that agor does not know are passed over. */
export const PluginManifest = z
  .object({
    id: PluginId,
    name: PluginWords(80),
    version: Version,
    description: z.string().max(300).default(''),
    main: z.string().min(1).max(200).optional(),
    entry: z.string().min(1).max(200).optional(),
    author: z
      .union([z.string().max(200), z.object({ name: z.string().max(200) }).transform(({ name }) => name)])
      .optional(),
    homepage: Link.optional(),
    minVersion: Version.optional(),
    permissions,
    settings: z
      .record(FieldName, PluginField)
      .refine((fields) => Object.keys(fields).length <= 40, 'a plugin has 40 settings at most')
      .default({}),
  })
  .transform(({ entry, main, ...rest }, ctx) => {
    if (main !== undefined && entry !== undefined && main !== entry)
      ctx.addIssue({ code: 'custom', message: 'name the program by "main" or by "entry", not by two different ones' });
    return { ...rest, main: main ?? entry ?? 'index.js' };
  });
export type PluginManifest = z.infer<typeof PluginManifest>;

export type PluginValues = Record<string, string | number | boolean>;

/** The kept values with the defaults of those that were never set or no longer fit. */
export function pluginValues(
  fields: PluginManifest['settings'],
  kept: Readonly<Record<string, unknown>>,
): PluginValues {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = kept[name];
      return [name, takesPluginValue(field, value) ? value : standardOf(field)];
    }),
  );
}

/** Whether a setting of a plugin takes this value. */
export function takesPluginValue(field: PluginField, value: unknown): value is string | number | boolean {
  if (field.type === 'string') return typeof value === 'string' && value.length <= 2_000;
  if (field.type === 'boolean') return typeof value === 'boolean';
  if (field.type === 'choice') return typeof value === 'string' && field.options.includes(value);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field;
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max;
}

function standardOf(field: PluginField): string | number | boolean {
  return field.type === 'choice' ? (field.default ?? field.options[0] ?? '') : field.default;
}

/** What the hub knows of a plugin in the person's folder. */
export const PluginInfo = z.object({
  /** The folder's name; the manifest's id where that could be read. */
  id: z.string(),
  manifest: z.custom<PluginManifest>().nullable(),
  /** Why it can't be used, in words; null: it can. */
  error: z.string().nullable(),
  /** SHA-256 of manifest and program: what the person's consent is for. */
  hash: z.string(),
  /** `changed`: the person agreed to another program, or to less. */
  consent: z.enum(['none', 'changed', 'given']),
  /** The person wants it to run; it does with `consent` given and no `error`. */
  enabled: z.boolean(),
  /** What the consent was given for, of an earlier state too. */
  granted: z.array(PluginPermission),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type PluginInfo = z.infer<typeof PluginInfo>;

/** Whether a window runs it. */
export function isPluginOn({ enabled, consent, error }: PluginInfo): boolean {
  return enabled && consent === 'given' && error === null;
}
