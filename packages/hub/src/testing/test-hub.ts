import { CommandId, type Contract, newId } from '@agor/protocol';
import { createLogger, ensureDirs, type Logger, resolvePaths, systemClock } from '@agor/runtime';
import { tempDir } from '@agor/runtime/testing';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { type RunningHub, type StartOptions, startHub } from '../start-hub.ts';
import { fakeCore } from './fake-core.ts';

export type Client = ContractRouterClient<Contract>;

export interface TestHub extends AsyncDisposable {
  readonly hub: RunningHub;
  readonly url: string;
  readonly token: string;
  readonly dir: string;
  readonly paths: StartOptions['paths'];
  readonly client: Client;
}

/** A real hub on a free port over folders of its own, and a client that knows its token. */
export async function startTestHub(options: Partial<StartOptions> = {}): Promise<TestHub> {
  const temp = tempDir();
  const paths =
    options.paths ??
    resolvePaths({ HOME: temp.path, AGOR_DATA_DIR: `${temp.path}/data`, AGOR_CONFIG_DIR: `${temp.path}/config` });
  ensureDirs(paths);
  const started = startHub({
    paths,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    onShutdown: () => {},
    openCore: fakeCore(),
    desktopEnv: {},
    logger: quietLogger(paths.hubLog),
    ...options,
  });
  if (!started.ok) throw new Error(started.error);
  const hub = started.value;
  const { url, token } = hub.server;
  const socket = connect(url, token);
  return {
    hub,
    url,
    token,
    dir: temp.path,
    paths,
    client: clientOver(socket),
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await hub.close();
      temp[Symbol.dispose]();
    },
  };
}

/** A socket as the CLI opens it. */
export function connect(url: string, token: string): WebSocket {
  return new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: { authorization: `Bearer ${token}` } });
}

export function clientOver(websocket: WebSocket): Client {
  return createORPCClient(new RPCLink({ websocket }));
}

export const command = () => newId(CommandId);

function quietLogger(file: string): Logger {
  return createLogger({ name: 'hub', file });
}
