import { bareCommand } from '../words.ts';

/** Programs that only read and print, whatever they are told, but for what FORBIDDEN says. */
const READERS = new Set([
  'cat',
  'cut',
  'echo',
  'file',
  'grep',
  'head',
  'ls',
  'nl',
  'pwd',
  'rg',
  'stat',
  'tail',
  'true',
  'uname',
  'wc',
  'which',
  'whoami',
]);
/** Options by which a reader runs another program. */
const FORBIDDEN = /(^|\s)--?(pre|hostname-bin|search-zip|z)\b/;
/** Words of plain letters: nothing that a shell would expand, join, redirect or run. */
const PLAIN = /^[\w .,:=@%+/'"-]+$/;
/** A place that is not in the folder where the command runs. */
const ELSEWHERE = /(^|[\s=:'"])(\/|~)|\.\./;

/**
 * Whether a command surely only reads below the folder that it runs in. Codex asks about every command; these the other providers do not ask
 * about either. What is in doubt is asked.
 */
export function isReadOnly(command: string): boolean {
  const bare = bareCommand(command).trim();
  const [program = ''] = bare.split(/\s/, 1);
  return READERS.has(program) && PLAIN.test(bare) && !ELSEWHERE.test(bare) && !FORBIDDEN.test(bare);
}
