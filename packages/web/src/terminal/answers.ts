import type { Terminal } from '@xterm/xterm';

const ASKS_ALWAYS = [
  { final: 'c' }, // what are you (DA1)
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' }, // status, where is the cursor
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' }, // is this mode set
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '>', final: 'q' }, // what is your version
  { final: 't' }, // how large is the window
] as const;
/** Colours: 4 is the palette, 10 to 12 text, background and cursor. */
const COLORS = [4, 10, 11, 12];

/**
 * Questions of a program to the terminal are answered by its twin in the pty host, and only there: a terminal that is shown in two windows must
 * not answer twice, one that is shown in none must answer too, and a replayed screen must answer nothing.
 */
export function leaveAnswersToTheTwin({ parser }: Pick<Terminal, 'parser'>): void {
  for (const id of ASKS_ALWAYS) parser.registerCsiHandler(id, () => true);
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true);
  for (const osc of COLORS) parser.registerOscHandler(osc, (data) => data.split(';').includes('?'));
}
