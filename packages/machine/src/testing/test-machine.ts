import { join } from 'node:path';
import { type AgorPaths, machineSecret, resolvePaths } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { LinkClient, type LinkClientOptions } from './link-client.ts';

export interface TestMachine {
  readonly paths: AgorPaths;
  readonly process: Bun.Subprocess;
  /** Connects as a hub, as soon as the machine answers. */
  connect(options?: Partial<LinkClientOptions>): Promise<LinkClient>;
}

/** Starts the program `machine`, with the scripted runner, over a data folder of the test's. The caller ends it. */
export function startTestMachine(
  dataDir: string,
  options: { readonly env?: Readonly<Record<string, string>>; readonly main?: string } = {},
): TestMachine {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dataDir,
    AGOR_DATA_DIR: join(dataDir, 'data'),
    AGOR_CONFIG_DIR: join(dataDir, 'config'),
    ...options.env,
  };
  const paths = resolvePaths(env);
  const main = options.main ?? join(import.meta.dir, 'test-machine-main.ts');
  const child = Bun.spawn([process.execPath, main], { cwd: '/', env, stdio: ['ignore', 'inherit', 'inherit'] });
  const connect = async (override: Partial<LinkClientOptions> = {}): Promise<LinkClient> => {
    const deadline = performance.now() + 15_000;
    for (;;) {
      try {
        return await LinkClient.connect({
          socket: paths.controlSocket,
          secret: machineSecret(paths.machineSecretFile),
          ...override,
        });
      } catch (error) {
        // Until the machine has made its folder and its socket there is nobody to answer.
        const starting = !(error instanceof Error && error.name === 'LinkRefused');
        if (!starting || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  };
  return { paths, process: child, connect };
}

/** kill -9, and waits until it is dead. */
export async function killHard(machine: TestMachine): Promise<void> {
  machine.process.kill('SIGKILL');
  await machine.process.exited;
}

/** Ends the machine with everything that it started. */
export async function stopMachine(machine: TestMachine): Promise<void> {
  machine.process.kill('SIGTERM');
  const limit = setTimeout(() => machine.process.kill('SIGKILL'), 15_000);
  await machine.process.exited;
  clearTimeout(limit);
}

/** Runs `use` with a machine of its own and ends it whatever happens. */
export async function withMachine(
  use: (machine: TestMachine, dir: string) => Promise<void>,
  options: Parameters<typeof startTestMachine>[1] = {},
): Promise<void> {
  using dir = tempDir();
  const machine = startTestMachine(dir.path, options);
  try {
    await use(machine, dir.path);
  } finally {
    await stopMachine(machine);
  }
}
