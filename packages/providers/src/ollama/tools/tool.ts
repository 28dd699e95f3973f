import type { BlockId, FileDiff, ToolKind } from '@agor/protocol';
import { z } from 'zod';
import type { ToolSpec } from '../server/index.ts';
import type { Place } from './place.ts';

/** What a call came to. `output` goes to the transcript and, shortened to the model's window, to the model. */
export interface ToolOutcome {
  readonly output: string;
  readonly isError?: boolean;
  readonly exitCode?: number;
  readonly diffs?: FileDiff[];
  /** The open block that streamed the output. */
  readonly blockId?: BlockId;
}

/** What a running tool may use. */
export interface ToolRun {
  readonly place: Place;
  readonly toolUseId: string;
  readonly signal: AbortSignal;
  newBlock(): BlockId;
  /** Streams output; waits while the machine does not read. */
  output(blockId: BlockId, text: string): Promise<void>;
}

/** A call that can't be done for a reason that the model can mend: told to it, no bug. */
export class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal';
}

/** What the person is asked before a call. */
export interface Consent {
  /** How rules know it; null: never asked. */
  readonly ruleName: string | null;
  /** Whether `acceptEdits` lets it through. */
  readonly edits: boolean;
  readonly title: string;
  readonly reason?: string;
  readonly alwaysLabel?: string;
  readonly alwaysScope?: 'input' | 'tool';
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly kind: ToolKind;
  /** Changes nothing: offered in plan mode, too. */
  readonly readOnly: boolean;
  readonly inputSchema: ToolSpec['inputSchema'];
  /** The model's input, mended where that is safe. Throws `ToolRefusal` with what is wrong. */
  parse(input: unknown): unknown;
  /** One line for people; the input may be anything. */
  title(input: unknown, place: Place): string | undefined;
  /** Throws `ToolRefusal` when the call can't succeed whatever the person says. */
  consent(input: unknown, place: Place): Promise<Consent>;
  run(input: unknown, run: ToolRun): Promise<ToolOutcome>;
}

interface Definition<Schema extends z.ZodType> extends Pick<Tool, 'name' | 'description' | 'kind' | 'readOnly'> {
  readonly schema: Schema;
  /** Other names under which models give a field. */
  readonly aliases?: Readonly<Record<string, string>>;
  title(input: Partial<z.infer<Schema>>, place: Place): string | undefined;
  consent(input: z.infer<Schema>, place: Place): Promise<Consent>;
  run(input: z.infer<Schema>, run: ToolRun): Promise<ToolOutcome>;
}

/** A tool of ours: its schema is what the model is told and what its input is held against. */
export function defineTool<Schema extends z.ZodType>(definition: Definition<Schema>): Tool {
  const { schema, aliases = {}, ...rest } = definition;
  const { $schema: _, ...inputSchema } = z.toJSONSchema(schema, { io: 'input' });
  const parse = (input: unknown): z.infer<Schema> => {
    const parsed = schema.safeParse(withoutAliases(input, aliases));
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new ToolRefusal(
      `The arguments of ${definition.name} are wrong: ${issues.join('; ')}. Call it again with correct ones.`,
    );
  };
  return {
    ...rest,
    inputSchema,
    parse,
    title: (input, place) =>
      definition.title(fieldsOf(withoutAliases(input, aliases)) as Partial<z.infer<Schema>>, place),
    consent: (input, place) => definition.consent(parse(input), place),
    run: (input, run) => definition.run(parse(input), run),
  };
}

export function fieldsOf(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {};
}

const MAX_TITLE_CHARS = 300;

export function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ↵ ');
  return line.length > MAX_TITLE_CHARS ? `${line.slice(0, MAX_TITLE_CHARS - 1)}…` : line;
}

/** Small models mix the names of fields up, and give an empty text or null for one that they mean to leave out. */
function withoutAliases(input: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const known = aliases[name] ?? name;
    if (value !== null && !(known in fields)) fields[known] = value;
  }
  return fields;
}
