import { isAbsolute, relative, resolve } from 'node:path';
import type { PermissionUpdate } from '@anthropic-ai/claude-agent-sdk';
import { fieldsOf, mcpName, toolKind, toolTitle } from '../tool-words.ts';

/** What the agent wants to do, in one line for a person. */
export function askTitle(name: string, input: unknown, cwd: string): string {
  const mcp = mcpName(name);
  if (mcp) return `Use ${mcp.tool} of ${mcp.server}`;
  const title = toolTitle(name, input, cwd);
  if (title === undefined) return `Use ${name}`;
  switch (toolKind(name)) {
    case 'execute':
      return `Run: ${title}`;
    case 'write':
      return `Write ${title}`;
    case 'edit':
      return `Edit ${title}`;
    case 'read':
      return `Read ${title}`;
    case 'search':
      return `Search: ${title}`;
    case 'fetch':
      return name === 'WebSearch' ? `Search the web: ${title}` : `Fetch ${title}`;
    case 'agent':
      return `Start a subagent: ${title}`;
    default:
      return `${name}: ${title}`;
  }
}

/** The file that an edit or a write is about. */
function fileOf(input: unknown): string | null {
  const { file_path: file, notebook_path: notebook } = fieldsOf(input);
  return typeof file === 'string' ? file : typeof notebook === 'string' ? notebook : null;
}

/** Whether the call changes a file where an "always" for the project should not reach: outside of its folders, or where the CLI itself guards. */
function isFar(input: unknown, cwd: string, folders: readonly string[], guarded: boolean): boolean {
  const file = fileOf(input);
  if (file === null) return false;
  const path = resolve(cwd, file);
  const inside = [cwd, ...folders].some((folder) => {
    const way = relative(folder, path);
    return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
  });
  return guarded || !inside;
}

export interface Scope {
  /** The tool's name as rules know it. */
  readonly ruleName: string;
  readonly scope: 'input' | 'tool';
  readonly label: string;
}

/**
 * How far an "always" reaches. File tools: every file of the project's folders, for their calls elsewhere have a name of their own, which no
 * rule for the tool matches. A command or an address: exactly this one. Any other tool: the tool.
 */
export function alwaysScope(
  name: string,
  input: unknown,
  place: { readonly cwd: string; readonly folders: readonly string[]; readonly guarded: boolean },
  suggestions: readonly PermissionUpdate[],
): Scope {
  const kind = toolKind(name);
  const more = suggestionWords(suggestions, input, place.cwd);
  if (kind === 'edit' || kind === 'write') {
    return isFar(input, place.cwd, place.folders, place.guarded)
      ? { ruleName: `${name} (guarded place)`, scope: 'input', label: 'Always allow exactly this change' }
      : { ruleName: name, scope: 'tool', label: `Always allow ${name} in this project` };
  }
  if (kind === 'execute' || kind === 'fetch' || kind === 'read' || kind === 'search') {
    const what = kind === 'execute' ? 'this command' : kind === 'fetch' ? 'this address' : 'exactly this';
    return { ruleName: name, scope: 'input', label: `Always allow ${what} in this project${more}` };
  }
  const mcp = mcpName(name);
  return {
    ruleName: name,
    scope: 'tool',
    label: `Always allow ${mcp ? `${mcp.tool} of ${mcp.server}` : name} in this project`,
  };
}

/**
 * The suggestions that an "always" hands back: rules and folders, for the session only. A suggested mode is left out: it would allow more than
 * the label says. A kept rule of ours holds in later sessions.
 */
export function sessionUpdates(suggestions: readonly PermissionUpdate[]): PermissionUpdate[] {
  return suggestions
    .filter((each) => (each.type === 'addRules' && each.behavior === 'allow') || each.type === 'addDirectories')
    .map((each) => ({ ...each, destination: 'session' }));
}

const MAX_WORD_CHARS = 80;
const MAX_WORDS = 4;

/** What the suggestions allow beside the call itself, in words. */
function suggestionWords(suggestions: readonly PermissionUpdate[], input: unknown, cwd: string): string {
  const words = sessionUpdates(suggestions).flatMap((each) =>
    each.type === 'addRules'
      ? each.rules.map(({ toolName, ruleContent }) => ruleWords(toolName, ruleContent))
      : each.type === 'addDirectories'
        ? each.directories.filter((folder) => folder !== cwd).map((folder) => `files in ${folder}`)
        : [],
  );
  const { command } = fieldsOf(input);
  const shown = [...new Set(words)].filter((each) => each !== command && each.length <= MAX_WORD_CHARS);
  return shown.length === 0 ? '' : `, and in this session: ${shown.slice(0, MAX_WORDS).join(', ')}`;
}

/** `Bash(npm test:*)` is `npm test …`, `Read(//etc/**)` is `Read /etc/**`. */
function ruleWords(toolName: string, content: string | undefined): string {
  if (content === undefined) return `every ${toolName}`;
  const words = content.replace(/:\*$/, ' …').replace(/^\/\//, '/');
  return toolName === 'Bash' ? words : `${toolName} ${words}`;
}
