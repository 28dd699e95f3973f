import type { MessageOf, OpenBlock, SessionEvent } from '@agor/protocol';
import { harmless } from './harmless.logic.ts';

/** Lines of one output that are shown; the rest on request (spec §10.8). */
export const PREVIEW_LINES = 80;
/** Most of one output that is shown at all. */
const MAX_CHARS = 1024 * 1024;

/** One thing that is written, once and for good: a command or an output. `key` changes with what it says. */
export interface ReplayPart {
  readonly key: string;
  readonly text: string;
}

export interface ReplayOptions {
  /** Outputs in full. */
  readonly all: boolean;
  /** Texts of outputs that stand in blobs, as far as they were fetched; by blob. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** A whole output that stands in a blob. */
export type OutputBlob = NonNullable<MessageOf<'tool_result'>['content']['outputBlob']>;

/**
 * What an agent ran, as a terminal shows it: each command when it was called, its output when it came, whatever the provider. Pure; events that
 * follow add parts and change none, so that a terminal only has to go on.
 */
export function replayOf(events: readonly SessionEvent[], options: ReplayOptions): ReplayPart[] {
  const calls = new Map<string, string>();
  const parts: ReplayPart[] = [];
  let last = '';
  for (const event of events) {
    if (event.kind !== 'message') continue;
    const { message } = event;
    if (message.type === 'tool_call' && message.content.kind === 'execute') {
      const { toolUseId } = message.content;
      const command = commandOf(message.content);
      // A provider may tell a call again as it learns more of it.
      if (calls.get(toolUseId) === command) continue;
      calls.set(toolUseId, command);
      parts.push({ key: `call:${event.seq}`, text: commandText(command, message.timestamp) });
      last = toolUseId;
    } else if (message.type === 'tool_result') {
      const { toolUseId } = message.content;
      const command = calls.get(toolUseId);
      if (command === undefined) continue;
      const origin = last === toolUseId ? '' : `${DIM}output of ${firstLine(command)}${PLAIN}\r\n`;
      const { outputBlob } = message.content;
      const whole = options.all && outputBlob ? options.blobs.get(outputBlob.blob) : undefined;
      const key = `result:${event.seq}:${options.all}:${whole !== undefined}`;
      parts.push({ key, text: origin + resultText(message.content, whole, options.all) });
      last = '';
    }
  }
  return parts;
}

/** Outputs of the shown commands that are not here whole. */
export function missingBlobs(events: readonly SessionEvent[], options: ReplayOptions): OutputBlob[] {
  const results = events.flatMap((event) =>
    event.kind === 'message' && event.message.type === 'tool_result' ? [event.message.content.outputBlob] : [],
  );
  return results.filter((ref) => ref !== undefined).filter((ref) => !options.blobs.has(ref.blob));
}

/** What a command prints right now, before its result has come. */
export function liveOutput(blocks: readonly OpenBlock[], events: readonly SessionEvent[]): string {
  const shells = new Set(
    events.flatMap((event) =>
      event.kind === 'message' && event.message.type === 'tool_call' && event.message.content.kind === 'execute'
        ? [event.message.content.toolUseId]
        : [],
    ),
  );
  const live = blocks.filter(
    ({ kind, toolUseId }) => kind === 'toolOutput' && toolUseId !== undefined && shells.has(toolUseId),
  );
  return live.map(({ text }) => lines(tail(harmless(text)))).join('\r\n');
}

const DIM = '\x1b[2m';
const BOLD = '\x1b[1m';
const GREEN = '\x1b[32m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const COLOURS = /\x1b\[[\d;:]*m/g;

/** Providers name it `command`, as a line or as words; else its title says it. */
export function commandOf({ input, title, name }: MessageOf<'tool_call'>['content']): string {
  const { command, cmd } = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const given = command ?? cmd;
  if (typeof given === 'string') return given;
  if (Array.isArray(given))
    return given.length === 3 && /^-l?c$/.test(String(given[1])) ? String(given[2]) : given.join(' ');
  return title ?? name;
}

function commandText(command: string, at: number): string {
  const time = at > 0 ? `${DIM}${new Date(at).toLocaleTimeString([], { hour12: false })}${PLAIN}\r\n` : '';
  // What a command is must be seen as it is: no colours of its own.
  const plain = harmless(command).replaceAll(COLOURS, '').replaceAll('\r', '␍').trimEnd();
  return `${time}${GREEN}$${PLAIN} ${BOLD}${lines(plain)}${PLAIN}\r\n`;
}

function resultText(content: MessageOf<'tool_result'>['content'], whole: string | undefined, all: boolean): string {
  const { output, outputBlob, exitCode, isError, interrupted } = content;
  const text = harmless((whole ?? output).slice(0, MAX_CHARS)).replace(/\s+$/, '');
  const rows = text === '' ? [] : text.split('\n');
  const shown = all ? rows : rows.slice(0, PREVIEW_LINES);
  const left = rows.length - shown.length;
  const rest = outputBlob && whole === undefined ? 'more' : `${left} more ${left === 1 ? 'line' : 'lines'}`;
  const cut =
    left > 0 || (outputBlob && whole === undefined)
      ? `${PLAIN}${DIM}… ${rest}: “All output” shows them${PLAIN}\r\n`
      : '';
  const body = shown.length === 0 ? '' : `${lines(shown.join('\n'))}${PLAIN}\r\n`;
  return `${body}${cut}${endText({ exitCode, isError, interrupted })}\r\n`;
}

function endText({
  exitCode,
  isError,
  interrupted,
}: Pick<MessageOf<'tool_result'>['content'], 'exitCode' | 'isError' | 'interrupted'>): string {
  if (interrupted) return `${DIM}interrupted${PLAIN}\r\n`;
  if (exitCode !== undefined && exitCode !== 0) return `${RED}exit ${exitCode}${PLAIN}\r\n`;
  return isError ? `${RED}failed${PLAIN}\r\n` : '';
}

function lines(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

function tail(text: string): string {
  return text.split('\n').slice(-PREVIEW_LINES).join('\n').trimEnd();
}

function firstLine(text: string): string {
  const line =
    harmless(text)
      .replaceAll(COLOURS, '')
      .split(/[\r\n]/, 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
