import type { TestCase, TestRun, TestTotals } from '@agor/protocol';

export const STATUS_WORDS: Readonly<Record<TestRun['status'], string>> = {
  running: 'Running',
  passed: 'Passed',
  failed: 'Failed',
  error: 'Did not complete',
  cancelled: 'Cancelled',
};
export const STATUS_TONES = {
  running: 'blue',
  passed: 'green',
  failed: 'red',
  error: 'red',
  cancelled: 'yellow',
} as const;

export function totalsInWords({ passed, failed, skipped }: TestTotals): string {
  const parts = [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`];
  return parts.filter(Boolean).join(', ');
}

/** A test's place from the project's folder on; null for what lies elsewhere. */
export function placeOf(
  { file, line }: TestCase,
  cwd: string,
): { readonly path: string; readonly line: number | null } | null {
  if (file === null) return null;
  const folder = cwd.endsWith('/') ? cwd : `${cwd}/`;
  const path = file.startsWith(folder) ? file.slice(folder.length) : file.replace(/^(?:\.\/)+/, '');
  return path.startsWith('/') || path.startsWith('~') || path.split('/').includes('..') ? null : { path, line };
}

const MAX_FAILURES = 20;
const MAX_CHARS = 1_500;

/** What failed, as a prompt for an agent. */
export function failuresPrompt(run: TestRun, cases: readonly TestCase[]): string {
  const failed = cases.filter(({ status }) => status === 'failed');
  const told = failed.slice(0, MAX_FAILURES).map((one) => {
    const place = one.file === null ? '' : ` (${one.file}${one.line === null ? '' : `:${one.line}`})`;
    return `- ${[...one.suite, one.name].join(' > ')}${place}\n\n\`\`\`\n${one.message.slice(0, MAX_CHARS)}\n\`\`\``;
  });
  const more = failed.length > MAX_FAILURES ? [`…and ${failed.length - MAX_FAILURES} more.`] : [];
  return [`Tests failed (\`${run.command}\`: ${run.why}). Find out why and mend it.`, ...told, ...more].join('\n\n');
}
