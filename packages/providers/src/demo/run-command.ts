import { StringDecoder } from 'node:string_decoder';
import { killGroup } from '../kill.ts';
import type { ToolOutcome } from './tools.ts';
import { type DemoTurn, Interrupted } from './turn.ts';

/** Output beyond this is read and let go. */
const MAX_OUTPUT_CHARS = 16 * 1024 * 1024;

/** Runs a shell command in the project and streams what it prints. An interrupt kills its process group. */
export async function runCommand(turn: DemoTurn, command: string, toolUseId: string): Promise<ToolOutcome> {
  turn.check();
  // A group of its own, so that an interrupt reaches everything the shell started.
  const child = Bun.spawn(['sh', '-c', `exec 2>&1; ${command}`], {
    cwd: turn.cwd,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    detached: true,
  });
  const kill = () => killGroup(child.pid);
  turn.signal.addEventListener('abort', kill, { once: true });
  try {
    const blockId = turn.newBlock();
    const decoder = new StringDecoder('utf8');
    let output = '';
    let dropped = 0;
    for await (const chunk of child.stdout) {
      const text = decoder.write(Buffer.from(chunk));
      const room = MAX_OUTPUT_CHARS - output.length;
      const kept = text.slice(0, room);
      dropped += text.length - kept.length;
      output += kept;
      if (kept) await turn.delta(blockId, 'toolOutput', kept, toolUseId);
    }
    output += decoder.end();
    if (dropped > 0) output += `\n[${dropped} more characters]`;
    const exitCode = await child.exited;
    if (turn.signal.aborted) throw new Interrupted();
    return { output, exitCode, isError: exitCode !== 0, blockId };
  } finally {
    turn.signal.removeEventListener('abort', kill);
    if (turn.signal.aborted) kill();
  }
}
