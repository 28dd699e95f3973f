import type { FileDiff } from '@agor/protocol';
import { lineDiff } from '../../line-diff.ts';
import type { ToolCallEvent, ToolResultEvent } from '../adapter/events.ts';
import { patchDiffs } from './patch-diffs.ts';
import type { ContentBlock, ToolContent, ToolUpdate } from './wire.ts';

/** Words for kinds of tools, for calls whose tool has no name. */
const KIND_NAMES: Readonly<Record<string, string>> = {
  read: 'Read',
  edit: 'Edit',
  delete: 'Delete',
  move: 'Move',
  search: 'Search',
  execute: 'Run',
  think: 'Think',
  fetch: 'Fetch',
  switch_mode: 'Switch mode',
};
const NAME_LIKE = /^[a-z][a-zA-Z0-9_]{1,60}$/;
const FENCE = /^```\w*\n([\s\S]*?)\n?```$/;
const MAX_OUTPUT_CHARS = 8 * 1024 * 1024;

/** One tool call as its updates have told it so far: each replaces what it names. */
export class ToolCall {
  begun = false;
  /** The person did not allow it: not every agent tells its end then. */
  denied = false;
  shown = '';
  status: string | null = null;
  parentId: string | undefined;
  terminalId: string | undefined;
  #name: string | null = null;
  #kind: string | null = null;
  #title: string | null = null;
  #toolName: string | null = null;
  #input: unknown;
  #locations: string[] = [];
  #content: readonly ToolContent[] = [];
  #rawOutput: unknown;
  #terminal = '';
  #exitCode: number | undefined;
  readonly #diffs = new Map<string, FileDiff>();
  readonly #startedAt: number;

  constructor(
    readonly id: string,
    private readonly now: () => number,
  ) {
    this.#startedAt = now();
  }

  update(update: ToolUpdate): void {
    const meta = fields(update._meta);
    const claude = fields(meta.claudeCode);
    this.#name = update.name ?? text(meta.toolName) ?? text(claude.toolName) ?? this.#name;
    this.parentId = text(claude.parentToolUseId) ?? this.parentId;
    this.#kind = update.kind ?? this.#kind;
    const first = this.status === null && this.#title === null;
    this.#title = update.title || this.#title;
    if (update.rawInput !== undefined && update.rawInput !== null) this.#input = update.rawInput;
    if (update.rawOutput !== undefined && update.rawOutput !== null) this.#rawOutput = update.rawOutput;
    if (update.locations && update.locations.length > 0) this.#locations = update.locations.map(({ path }) => path);
    this.status = update.status ?? this.status;
    // Told before its input is known, its title can only be its tool's name.
    if (first && this.status === 'pending' && !this.hasInput && NAME_LIKE.test(this.#title ?? ''))
      this.#toolName = this.#title;
    this.#takeTerminal(meta);
    if (update.content) this.#takeContent(update.content);
  }

  /** Version 2 adds content piece by piece. */
  addContent(part: ToolContent): void {
    this.#takeContent([...this.#content, part]);
  }

  terminalSays(data: string, replace: boolean, exitCode: number | null | undefined): void {
    this.#terminal = (replace ? data : this.#terminal + data).slice(-MAX_OUTPUT_CHARS);
    this.#exitCode = exitCode ?? this.#exitCode;
  }

  get kind(): string | undefined {
    return this.#kind ?? undefined;
  }

  get ended(): boolean {
    return this.status === 'completed' || this.status === 'failed';
  }

  /** Its input is known, as far as can be told: some agents tell a call before the model has said what it wants. */
  get hasInput(): boolean {
    return Object.keys(fields(this.#input)).some((name) => name !== 'cwd');
  }

  get name(): string {
    return this.#name ?? this.#toolName ?? KIND_NAMES[this.#kind ?? ''] ?? 'Tool';
  }

  get title(): string | undefined {
    const command = fields(this.#input).command;
    if (this.#kind === 'execute' && typeof command === 'string') return command;
    const [path] = this.paths;
    if (path !== undefined && (this.#kind === 'edit' || this.#kind === 'read')) return path;
    return this.#title ?? undefined;
  }

  /** Files that it touches. */
  get paths(): readonly string[] {
    return this.#diffs.size > 0 ? [...this.#diffs.keys()] : this.#locations;
  }

  /** What the person is shown of it and a kept answer is compared with: an edit by what it changes, whatever its agent calls it. */
  get input(): unknown {
    const [change] = this.#content.filter(({ type, newText }) => type === 'diff' && newText !== undefined);
    if (change && this.#diffs.size <= 1)
      return {
        file_path: change.path,
        ...(change.oldText ? { old_string: change.oldText, new_string: change.newText } : { content: change.newText }),
      };
    if (this.#diffs.size > 0) return { changes: [...this.#diffs.values()].map(({ path, patch }) => ({ path, patch })) };
    if (this.#input !== undefined && Object.keys(fields(this.#input)).length > 0) return this.#input;
    return { ...(this.#title ? { title: this.#title } : {}), ...(this.paths.length > 0 ? { paths: this.paths } : {}) };
  }

  get diffs(): FileDiff[] {
    return [...this.#diffs.values()];
  }

  /** The plan that a call to leave the plan mode presents. */
  get plan(): string {
    return text(fields(this.#input).plan) ?? this.#contentText();
  }

  callEvent(): ToolCallEvent {
    const { id, name, title, kind, parentId } = this;
    const input = Object.keys(fields(this.#input)).length > 0 ? this.#input : this.input;
    return {
      type: 'tool_call',
      toolCallId: id,
      name,
      input,
      ...(kind === undefined ? {} : { kind }),
      ...(title === undefined ? {} : { title }),
      ...(parentId === undefined ? {} : { parentId }),
    };
  }

  resultEvent(interrupted: boolean): ToolResultEvent {
    const cut = interrupted && !this.denied;
    const failed = this.status === 'failed' || interrupted || this.denied;
    const images = this.#content
      .flatMap(({ content }) => (content?.type === 'image' && content.data ? [content] : []))
      .map(({ data = '', mimeType }) => ({ mediaType: mimeType ?? 'image', data }));
    return {
      type: 'tool_result',
      toolCallId: this.id,
      output: this.output(failed) || (this.denied ? 'Not allowed.' : ''),
      isError: failed,
      ...(cut ? { interrupted: true } : {}),
      ...(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode }),
      durationMs: Math.max(0, Math.round(this.now() - this.#startedAt)),
      ...(this.#diffs.size > 0 && !failed ? { diffs: this.diffs } : {}),
      ...(images.length > 0 ? { images } : {}),
      ...(this.parentId === undefined ? {} : { parentId: this.parentId }),
    };
  }

  /** What it has printed so far: the plainest of the forms in which agents tell it. */
  output(failed = false): string {
    if (this.#terminal !== '') return this.#terminal;
    const raw = this.#rawOutput;
    const { output, text: said, stdout, error, formatted_output: formatted } = fields(raw);
    const plain = [raw, output, said, formatted, stdout].find((each) => typeof each === 'string' && each !== '');
    const content = this.#contentText();
    const result = this.#kind === 'execute' && typeof plain === 'string' ? plain : content || String(plain ?? '');
    return (result || (failed && typeof error === 'string' ? error : '')).slice(0, MAX_OUTPUT_CHARS);
  }

  #contentText(): string {
    const parts = this.#content.flatMap((part) => {
      if (part.type === 'diff' || part.type === 'terminal') return [];
      return [part.type === 'content' && part.content ? blockText(part.content) : JSON.stringify(part)];
    });
    const joined = parts.join('\n');
    return FENCE.exec(joined)?.[1] ?? joined;
  }

  #takeContent(content: readonly ToolContent[]): void {
    // An empty list takes away what was said before; files that were changed stay changed.
    this.#content = content;
    for (const part of content) {
      if (part.type === 'terminal') this.terminalId = part.terminalId ?? this.terminalId;
      if (part.type !== 'diff') continue;
      for (const diff of diffsOf(part)) this.#diffs.set(diff.path, diff);
    }
  }

  /** Agents tell a command's output and exit code beside the protocol when they run it themselves. */
  #takeTerminal(meta: Readonly<Record<string, unknown>>): void {
    const whole = text(fields(meta.terminal_output).data);
    const more = text(fields(meta.terminal_output_delta).data);
    if (whole !== null) this.terminalSays(whole, true, undefined);
    if (more !== null) this.terminalSays(more, false, undefined);
    const raw = fields(this.#rawOutput);
    const code = [fields(meta.terminal_exit).exit_code, raw.exitCode, raw.exit_code, fields(raw.metadata).exit];
    this.#exitCode = code.find((each): each is number => Number.isInteger(each)) ?? this.#exitCode;
  }
}

function diffsOf({ path, oldText, newText, patch, changes }: ToolContent): FileDiff[] {
  if (patch) return patchDiffs(patch.text, changes ?? []);
  if (path === undefined || newText === undefined) return [];
  const diff = lineDiff(path, oldText || null, newText);
  return diff ? [diff] : [];
}

/** A block of content in words: of what is no text, its kind. */
export function blockText(block: ContentBlock): string {
  if (block.type === 'text') return block.text ?? '';
  if (block.type === 'resource_link') return block.uri ?? `[${block.type}]`;
  if (block.type === 'resource') {
    const { text: said, uri } = fields(block.resource);
    return typeof said === 'string' ? said : `[resource ${typeof uri === 'string' ? uri : ''}]`;
  }
  return `[${block.type}${block.mimeType ? `, ${block.mimeType}` : ''}]`;
}

export function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
