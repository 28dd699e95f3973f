import { existsSync, readFileSync } from 'node:fs';

/**
 * The interpreter that Aider was installed for: the first line of its program names it. Throws with words for the person when the program is
 * none of Python's.
 */
export function interpreterOf(program: string): string[] {
  const path = Bun.which(program) ?? program;
  if (!existsSync(path))
    throw new Error(
      'Aider is not installed. Install it (`uv tool install aider-chat`), or set its path in the settings.',
    );
  const [first = ''] = readFileSync(path, 'utf8').slice(0, 1000).split('\n');
  const words = first.startsWith('#!') ? first.slice(2).trim().split(/\s+/) : [];
  if (!words.some((word) => /python[\d.]*$/.test(word)))
    throw new Error(`${path} is not Aider's own program: its first line does not name a Python.`);
  return words;
}
