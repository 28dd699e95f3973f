import { type Bare, type BarePlace, lines } from './bare.ts';

const FLAGS = ['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];

/** Claude Code by its command line; warm it is spoken to as its Agent SDK does: over stdin, once it said that it is ready. */
export function bareClaude({ program, cwd, env }: BarePlace, prompt: string): Bare {
  return {
    cold: async () => {
      const began = performance.now();
      const child = Bun.spawn([program, ...FLAGS, prompt], {
        cwd,
        env,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'inherit',
      });
      const ms = await lines(child.stdout, (line) => (isFirstWord(line) ? performance.now() - began : null));
      child.kill();
      await child.exited;
      return ms;
    },
    warm: async () => {
      const command = [program, ...FLAGS, '--input-format', 'stream-json'];
      const child = Bun.spawn(command, { cwd, env, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
      const say = (message: unknown) => {
        child.stdin.write(`${JSON.stringify(message)}\n`);
        child.stdin.flush();
      };
      let began = 0;
      say({ type: 'control_request', request_id: 'start', request: { subtype: 'initialize' } });
      const ms = await lines(child.stdout, (line) => {
        if (line.includes('"control_response"')) {
          began = performance.now();
          say({ type: 'user', message: { role: 'user', content: prompt }, parent_tool_use_id: null, session_id: '' });
        }
        return isFirstWord(line) ? performance.now() - began : null;
      });
      child.kill();
      await child.exited;
      return ms;
    },
  };
}

const isFirstWord = (line: string) => line.includes('"text_delta"');
