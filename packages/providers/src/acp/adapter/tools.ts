import { isAbsolute, relative } from 'node:path';
import type { FileDiff, ToolKind } from '@agor/protocol';
import { blobOf, type Text } from '../../blob-text.ts';
import type { ToolCallEvent, ToolResultEvent } from './events.ts';
import type { Output } from './output.ts';

const KINDS: Readonly<Record<string, ToolKind>> = {
  read: 'read',
  edit: 'edit',
  delete: 'edit',
  move: 'edit',
  search: 'search',
  execute: 'execute',
  think: 'think',
  fetch: 'fetch',
  switch_mode: 'think',
};

export function adaptCall(event: ToolCallEvent, out: Output): void {
  const { toolCallId: toolUseId, name, kind, title, input, parentId } = event;
  const known = kind !== undefined && Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  out.add(
    'tool_call',
    { toolUseId, name, kind: known ?? 'other', input, ...(title === undefined ? {} : { title: shorten(title, out) }) },
    parentId,
  );
}

export function adaptResult(event: ToolResultEvent, out: Output): void {
  const { toolCallId: toolUseId, isError, interrupted, exitCode, durationMs, diffs, images, parentId } = event;
  const blobs = (images ?? []).map(({ data }) => blobOf(data)).filter((blob) => blob !== undefined);
  const outputBlob = blobOf(event.output);
  out.add(
    'tool_result',
    {
      toolUseId,
      output: textOf(event.output),
      isError,
      ...(outputBlob ? { outputBlob } : {}),
      ...(interrupted ? { interrupted } : {}),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(diffs && diffs.length > 0 ? { diffs: diffs.map((diff) => shortDiff(diff, out)) } : {}),
      ...(blobs.length > 0 ? { images: blobs } : {}),
    },
    parentId,
  );
}

function shortDiff(diff: NonNullable<ToolResultEvent['diffs']>[number], out: Output): FileDiff {
  return { ...diff, path: shorten(diff.path, out), patch: textOf(diff.patch) };
}

/** A path as people say it: from the project's folder when it lies in there. */
function shorten(text: string, { memory }: Output): string {
  if (memory.cwd === '' || !isAbsolute(text)) return text;
  const inside = relative(memory.cwd, text);
  return inside === '' ? '.' : inside.startsWith('..') ? text : inside;
}

function textOf(text: Text): string {
  return typeof text === 'string' ? text : (text.$blob.preview ?? '');
}
