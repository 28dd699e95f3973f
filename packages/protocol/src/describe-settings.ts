/** What settings take, read from their schemas: for forms, docs and `agor config describe`. Apart from the rest, for few need it. */
import { z } from 'zod';
import { overrideFields } from './overrides.ts';
import { settingSections } from './setting-meta.ts';
import { type SettingName, settingMeta, settingsSchemas } from './settings.ts';

/** One kind of value. `nullable`: null is a choice too. */
export type ValueShape = { readonly nullable?: true } & (
  | { readonly kind: 'text'; readonly maxLength?: number }
  | { readonly kind: 'number'; readonly whole: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'list'; readonly of: ValueShape }
  | { readonly kind: 'record'; readonly of: ValueShape; readonly names?: readonly string[] }
  | { readonly kind: 'object'; readonly fields: readonly FieldShape[] }
  | { readonly kind: 'json' }
);

export interface FieldShape {
  readonly name: string;
  readonly required: boolean;
  readonly shape: ValueShape;
}

type Json = z.core.JSONSchema.BaseSchema;

export const settingNames = Object.keys(settingsSchemas) as readonly SettingName[];

/** What a schema takes. What has no form of its own is `json`. */
export function shapeOf(schema: z.ZodType): ValueShape {
  return shape(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function shape(json: Json): ValueShape {
  const choices = json.anyOf?.map((one) => one as Json);
  const others = choices?.filter(({ type }) => type !== 'null');
  if (choices && others?.length === 1 && others[0]) return { ...shape(others[0]), nullable: true };
  if (json.enum) return { kind: 'choice', options: json.enum.map(String) };
  switch (json.type) {
    case 'string':
      return { kind: 'text', ...(json.maxLength === undefined ? {} : { maxLength: json.maxLength }) };
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        whole: json.type === 'integer',
        ...(json.minimum === undefined ? {} : { min: json.minimum }),
        ...(json.maximum === undefined ? {} : { max: json.maximum }),
      };
    case 'boolean':
      return { kind: 'switch' };
    case 'array':
      return { kind: 'list', of: shape((json.items ?? {}) as Json) };
    case 'object':
      return objectShape(json);
    default:
      return { kind: 'json' };
  }
}

function objectShape(json: Json): ValueShape {
  const { properties, additionalProperties, propertyNames } = json;
  if (properties && Object.keys(properties).length > 0) {
    const fields = Object.entries(properties).map(([name, field]) => ({
      name,
      required: json.required?.includes(name) ?? false,
      shape: shape(field as Json),
    }));
    return { kind: 'object', fields };
  }
  if (typeof additionalProperties !== 'object' || Object.keys(additionalProperties).length === 0)
    return { kind: 'json' };
  const names = typeof propertyNames === 'object' ? propertyNames.enum?.map(String) : undefined;
  return { kind: 'record', of: shape(additionalProperties), ...(names ? { names } : {}) };
}

/** "a whole number from 10 to 24 px". */
export function shapeInWords(of: ValueShape, unit = ''): string {
  const words = withoutNull(of, unit);
  return of.nullable ? `${words}, or null` : words;
}

function withoutNull(of: ValueShape, unit: string): string {
  switch (of.kind) {
    case 'text':
      return of.maxLength === undefined ? 'text' : `text of up to ${of.maxLength} characters`;
    case 'number': {
      const range = of.min === undefined || of.max === undefined ? '' : ` from ${of.min} to ${of.max}`;
      return `${of.whole ? 'a whole number' : 'a number'}${range}${unit && ` ${unit}`}`;
    }
    case 'switch':
      return 'true or false';
    case 'choice':
      return `one of ${of.options.map((option) => `"${option}"`).join(', ')}`;
    case 'list':
      return `a list, each ${shapeInWords(of.of)}`;
    case 'record':
      return `an object, under each ${of.names ? `of ${of.names.join(', ')}` : 'name'} ${shapeInWords(of.of)}`;
    case 'object':
      return `an object of ${of.fields.map(({ name, required }) => `${name}${required ? '' : '?'}`).join(', ')}`;
    case 'json':
      return 'any JSON';
  }
}

export interface SettingDescription {
  readonly name: SettingName;
  readonly title: string;
  readonly description: string;
  readonly section: string;
  /** What it takes, in words. */
  readonly takes: string;
  readonly fallback: unknown;
  /** The levels that can decide it differently, and the field of groups.json. */
  readonly levels: readonly string[];
  readonly field: string | null;
}

export function describeSetting(name: SettingName): SettingDescription {
  const { title, description, section, unit, levels = [] } = settingMeta(name);
  const schema: z.ZodType = settingsSchemas[name];
  return {
    name,
    title,
    description,
    section: settingSections[section],
    takes: shapeInWords(shapeOf(schema), unit),
    fallback: schema.parse(undefined),
    levels,
    field: (overrideFields as Partial<Record<SettingName, string>>)[name] ?? null,
  };
}

/** `docs/settings.md`. */
export function settingsMarkdown(): string {
  const sections = Object.entries(settingSections).flatMap(([id, label]) => {
    const names = settingNames.filter((name) => settingMeta(name).section === id);
    return names.length === 0 ? [] : [`## ${label}\n\n${names.map(oneInMarkdown).join('\n')}`];
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `# Settings

Made from the schemas in \`packages/protocol/src/settings.ts\` by \`node scripts/bun.mjs scripts/settings-doc.ts\`; change them there.

They are in Settings (the gear in the rail), and for scripts under \`agor config\`: \`agor config describe\` prints this list,
\`agor config get KEY\`, \`agor config set KEY JSON\`, \`agor config reset KEY\`, \`agor config export\` and \`agor config import FILE\`.

Where a setting has levels, a group can decide it for its projects and role agents, and each of these for itself: what the project or
agent says goes over its group, that over the setting, that over the default. Their fields are in \`groups.json\`.

What is decided about one agent provider is in \`providers.<id>\` (\`providers.claude\`): \`enabled\`, \`path\`, \`args\`, \`env\`,
\`defaultModel\` and \`config\`. A project can decide all but the first for itself.

The values of variables (\`env\`) and of headers (\`headers\` of MCP servers) can be written but not read: \`agor config get\` and every window
get \`kept://NAME\` in place of a value, and what is written back as \`kept://NAME\` is the value that is kept under NAME in the same place. Under
another name it is moved, left out it is removed. Only references to secrets (\`secret://name\`) and empty values are shown. A file of
settings has none of the values; an import keeps those that are there and says which are to be entered.
`;

function oneInMarkdown(name: SettingName): string {
  const { title, description, takes, fallback, levels, field } = describeSetting(name);
  const lines = [
    `### ${title}\n`,
    `${description}\n`,
    `- Key: \`${name}\``,
    `- Takes: ${takes}`,
    `- Default: \`${JSON.stringify(fallback)}\``,
  ];
  if (field !== null) lines.push(`- Levels: ${levels.join(', ')}; field \`${field}\` in groups.json`);
  return `${lines.join('\n')}\n`;
}
