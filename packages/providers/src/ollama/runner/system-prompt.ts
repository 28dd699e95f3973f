import type { PermissionMode } from '@agor/protocol';

export interface PromptPlace {
  readonly cwd: string;
  readonly additionalDirectories: readonly string[];
  readonly permissionMode: PermissionMode;
  /** Whether the model is given tools at all. */
  readonly tools: boolean;
  /** The project's own notes for agents. */
  readonly notes: string | null;
  /** What the person wants every agent of the project to know. */
  readonly extra: string | undefined;
  readonly date: string;
}

const WITH_TOOLS = `Work with the tools; do not guess what is in a file, and do not tell the person to do what you can do yourself.
- Look first: find files with Glob and Grep, read them with Read.
- Change a file with Edit: old_string must be copied exactly from the file. Use Write only for new files or whole ones.
- Run programs and tests with Bash, and read what they print. When something fails, find out why and mend it.
- Paths are relative to the project's folder.
- When a call is denied, do not try the same by another way: go on without it, or ask.
- Do what was asked and no more. When it is done, say in a few sentences what you did.`;

const WITHOUT_TOOLS =
  'You have no tools here: this model cannot call any. Answer from what you are shown, and say what you would need to see.';

const PLAN =
  'Plan mode: change nothing. Read what you need, then call PresentPlan with your plan. Only when it is approved may you carry it out.';

/** Short, for a small model's window is small. */
export function systemPrompt(place: PromptPlace): string {
  const { cwd, additionalDirectories: more, permissionMode, tools, notes, extra, date } = place;
  return [
    `You are a coding agent in the project at ${cwd}. Today is ${date}; the system is ${process.platform}.`,
    ...(more.length > 0 ? [`The person also opened these folders to you: ${more.join(', ')}`] : []),
    tools ? WITH_TOOLS : WITHOUT_TOOLS,
    ...(tools && permissionMode === 'plan' ? [PLAN] : []),
    'Be brief and exact. Answer in the language of the person.',
    ...(notes ? [`The project's notes for agents:\n\n${notes}`] : []),
    ...(extra ? [extra] : []),
  ].join('\n\n');
}
