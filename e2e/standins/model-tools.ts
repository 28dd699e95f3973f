import type { Part } from './anthropic-script.ts';

/** A tool as a request offers it. */
export interface OfferedTool {
  readonly name: string;
  /** JSON schema of its input. */
  readonly schema: unknown;
}

/** What a scenario wants done, whatever the agent calls the tool for it. */
export type NeutralTool = 'shell' | 'read' | 'write' | 'edit' | 'todo';

/** Names under which agents offer it, lower-cased. */
const NAMES: Record<NeutralTool, readonly string[]> = {
  shell: ['bash', 'run_shell_command', 'shell', 'execute', 'run_command', 'exec_command'],
  read: ['read', 'read_file', 'view'],
  write: ['write', 'write_file', 'create'],
  edit: ['edit', 'replace', 'edit_file', 'str_replace'],
  todo: ['todowrite', 'todo_write', 'write_todos', 'update_plan', 'todo'],
};

/** Names of one input under which tools know it. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  command: ['command', 'cmd'],
  path: ['filePath', 'file_path', 'path', 'absolute_path', 'file'],
  content: ['content', 'contents', 'text'],
  before: ['oldString', 'old_string', 'old_text', 'oldText', 'old', 'search'],
  after: ['newString', 'new_string', 'new_text', 'newText', 'new', 'replacement'],
  todos: ['todos', 'items', 'plan', 'entries'],
};

type Properties = Readonly<Record<string, { readonly type?: unknown }>>;

/** The agent's own tool with the scenario's input in that tool's words; required fields of no interest are filled with anything valid. */
export function toolCall(tools: readonly OfferedTool[], wanted: NeutralTool, input: Record<string, unknown>): Part {
  const names = NAMES[wanted];
  const tool = names.flatMap((name) => tools.filter((each) => each.name.toLowerCase() === name))[0];
  if (!tool)
    return {
      kind: 'text',
      text: `No tool for ${wanted} among ${tools.map(({ name }) => name)}.`,
      chunk: 80,
      paceMs: 0,
    };
  const { properties = {}, required = [] } = (tool.schema ?? {}) as { properties?: Properties; required?: string[] };
  const filled: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(input)) {
    const name = FIELDS[field]?.find((each) => Object.hasOwn(properties, each)) ?? FIELDS[field]?.[0] ?? field;
    filled[name] = value;
  }
  for (const name of required) if (!Object.hasOwn(filled, name)) filled[name] = anything(properties[name]?.type);
  return { kind: 'toolUse', name: tool.name, input: filled };
}

function anything(type: unknown): unknown {
  switch (String(type).toLowerCase()) {
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return 1;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'as the person asked';
  }
}
