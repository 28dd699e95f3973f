import type { Answer, Ask, AskState, PermissionAsk } from '@agor/protocol';
import { visible } from '../../ui/visible.ts';

/** What a settled ask says: what was answered and by whom. */
export function settledText({ ask, status, answer, answeredBy }: AskState): string {
  if (status === 'withdrawn') return 'Taken back by the agent';
  if (!answer) return 'Answered';
  const sent = status === 'answered' ? ', on its way to the agent' : '';
  return (
    `${answerText(answer)} ${byText(answeredBy)}${sent}`.trim() + (ask.kind === 'question' ? '' : messageText(answer))
  );
}

function answerText(answer: Answer): string {
  if (answer.kind === 'permission') {
    return { allow: 'Allowed', always: 'Always allowed', deny: 'Denied' }[answer.decision];
  }
  if (answer.kind === 'plan') return answer.decision === 'approve' ? 'Approved' : 'Rejected';
  return 'Answered';
}

function byText(by: string | undefined): string {
  if (by === undefined) return '';
  const names: Record<string, string> = {
    web: 'in the browser',
    cli: 'at the command line',
    rule: 'by a rule you kept',
  };
  return names[by] ?? `by ${by}`;
}

function messageText(answer: Answer): string {
  return answer.kind !== 'question' && answer.message ? `: ${answer.message}` : '';
}

/** How a permission ask's input is shown: the command or the change itself, else JSON. Nothing in it hides. */
export type AskInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'patch'; readonly path: string; readonly patch: string };

export function askInput(ask: PermissionAsk): AskInput | null {
  const { input } = ask;
  if (input === undefined || input === null) return null;
  if (typeof input !== 'object') return { kind: 'text', text: visible(String(input)) };
  const fields = input as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === 'string' ? (fields[name] as string) : null);
  const command = text('command');
  if (command !== null) return { kind: 'text', text: visible(command) };
  const path = visible(text('file_path') ?? text('path') ?? '');
  const patch = text('patch');
  if (patch !== null) return { kind: 'patch', path, patch };
  const before = text('old_string');
  const after = text('new_string') ?? text('content');
  if (after !== null) {
    return { kind: 'patch', path, patch: changeOf(linesOf(before ?? ''), linesOf(after)).join('\n') };
  }
  return Object.keys(fields).length === 0 ? null : { kind: 'text', text: visible(JSON.stringify(input, null, 2)) };
}

/** What changes between the two, with the lines around it that stay: those at the beginning and at the end of both. */
function changeOf(before: readonly string[], after: readonly string[]): string[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...before.slice(0, head).map((line) => ` ${line}`),
    ...before.slice(head, before.length - tail).map((line) => `-${line}`),
    ...after.slice(head, after.length - tail).map((line) => `+${line}`),
    ...before.slice(before.length - tail).map((line) => ` ${line}`),
  ];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** The command that the person may change before allowing it, or null. */
export function editableCommand(ask: Ask): string | null {
  if (ask.kind !== 'permission' || typeof ask.input !== 'object' || ask.input === null) return null;
  const { command } = ask.input as { command?: unknown };
  return typeof command === 'string' ? command : null;
}

export function askName(ask: Ask): string {
  return { permission: 'Permission', question: 'Question', plan: 'Plan' }[ask.kind];
}

/** One question's answer while it is being chosen. */
export interface Choice {
  readonly picked: readonly string[];
  readonly own: string;
}

/** The answers as the agent gets them, or null while one is missing. */
export function chosenAnswers(
  questions: readonly { question: string; multiSelect: boolean }[],
  choices: readonly Choice[],
): Record<string, string> | null {
  const answers: Record<string, string> = {};
  for (const [index, { question }] of questions.entries()) {
    const choice = choices[index];
    const own = choice?.own.trim() ?? '';
    const all = [...(choice?.picked ?? []), ...(own ? [own] : [])];
    if (all.length === 0) return null;
    answers[question] = all.join(', ');
  }
  return answers;
}

/** Picks or unpicks an option; without multi-select it takes the place of what was picked, own words included. */
export function pick(choice: Choice, label: string, multiSelect: boolean): Choice {
  if (!multiSelect) return { picked: [label], own: '' };
  const picked = choice.picked.includes(label)
    ? choice.picked.filter((other) => other !== label)
    : [...choice.picked, label];
  return { ...choice, picked };
}

/** Own words; without multi-select they take the place of what was picked. */
export function inOwnWords(choice: Choice, own: string, multiSelect: boolean): Choice {
  return { picked: multiSelect || own.trim() === '' ? choice.picked : [], own };
}
