import { isAbsolute, relative } from 'node:path';
import type { ToolKind } from '@agor/protocol';

const KINDS: Readonly<Record<string, ToolKind>> = {
  Bash: 'execute',
  BashOutput: 'execute',
  KillShell: 'execute',
  Monitor: 'execute',
  TaskOutput: 'execute',
  TaskStop: 'execute',
  Edit: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Write: 'write',
  Read: 'read',
  Grep: 'search',
  Glob: 'search',
  LS: 'search',
  ToolSearch: 'search',
  WebFetch: 'fetch',
  WebSearch: 'fetch',
  Agent: 'agent',
  Task: 'agent',
  dispatch_agent: 'agent',
  EnterPlanMode: 'think',
  ExitPlanMode: 'think',
  TodoWrite: 'todo',
  TaskCreate: 'todo',
  TaskUpdate: 'todo',
  TaskGet: 'todo',
  TaskList: 'todo',
};

/** Fields of a tool's input that say in one line what it does, the most telling first. */
const TELLING = [
  'command',
  'file_path',
  'notebook_path',
  'pattern',
  'url',
  'query',
  'subject',
  'description',
  'skill',
  'path',
];
const PATHS = new Set(['file_path', 'notebook_path', 'path']);
const MAX_TITLE_CHARS = 300;

export function toolKind(name: string): ToolKind {
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'other') : 'other';
}

/** A path as people say it: from the project's folder when it lies in there. */
export function shortPath(cwd: string, path: string): string {
  if (cwd === '' || !isAbsolute(path)) return path;
  const inside = relative(cwd, path);
  return inside === '' ? '.' : inside.startsWith('..') ? path : inside;
}

/** `mcp__tickets__get_ticket` is the tool get_ticket of the server tickets. */
export function mcpName(name: string): { readonly server: string; readonly tool: string } | null {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
  return server !== undefined && tool !== undefined ? { server, tool } : null;
}

/** One line on a tool call: the command, the path, the pattern. Undefined when the input says nothing of the kind. */
export function toolTitle(name: string, input: unknown, cwd: string): string | undefined {
  const fields = fieldsOf(input);
  if (name === 'AskUserQuestion') return oneLine(firstQuestion(fields));
  if (name === 'TodoWrite') return undefined;
  const key = TELLING.find((each) => typeof fields[each] === 'string' && fields[each] !== '');
  if (key === undefined) return undefined;
  const value = String(fields[key]);
  const title = PATHS.has(key) ? shortPath(cwd, value) : value;
  const where = key === 'pattern' && typeof fields.path === 'string' ? ` in ${shortPath(cwd, fields.path)}` : '';
  return oneLine(title + where);
}

export function fieldsOf(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {};
}

function firstQuestion({ questions }: Record<string, unknown>): string | undefined {
  const question: unknown = Array.isArray(questions) ? fieldsOf(questions[0]).question : undefined;
  return typeof question === 'string' ? question : undefined;
}

function oneLine(text: string | undefined): string | undefined {
  const line = text?.trim().replace(/\s*\n\s*/g, ' ↵ ');
  return line && line.length > MAX_TITLE_CHARS ? `${line.slice(0, MAX_TITLE_CHARS - 1)}…` : line;
}
