import type { ModelInfo } from '@agor/protocol';
import type { ServicePlace } from '../../services.ts';
import { Calls } from '../runner/calls.ts';
import { modelInfos } from '../runner/controls.ts';
import { commandLine } from '../runner/launch.ts';
import { Rpc } from '../runner/rpc.ts';

/** The models of the account, or of Codex's own catalogue where nobody is signed in: asked of a Codex that is ended at once. */
export async function readModels(
  { command, config, env, cwd }: ServicePlace,
  signal: AbortSignal,
): Promise<ModelInfo[]> {
  if (command.length === 0) throw new Error('Codex is not installed. Install it with `agor providers install codex`.');
  const child = Bun.spawn(commandLine(command, config, env), {
    cwd: cwd ?? '/',
    env: { ...env },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    signal,
  });
  const write = (line: string) => {
    child.stdin.write(line);
    child.stdin.flush();
  };
  const rpc = new Rpc(write, {
    notified: () => {},
    asked: (id) => rpc.refuse(id, 'only models are asked for'),
    odd: () => {},
  });
  const served = rpc.serve(child.stdout, () => new Error('Codex ended before it told its models.'));
  try {
    const calls = new Calls(rpc);
    await calls.initialize('0.1.0');
    return modelInfos(await calls.models());
  } finally {
    child.kill('SIGKILL');
    await served;
  }
}
