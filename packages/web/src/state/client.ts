import type { Contract } from '@agor/protocol';
import { createORPCClient, ORPCError } from '@orpc/client';
import { ClientRetryPlugin, type ClientRetryPluginContext } from '@orpc/client/plugins';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { ReconnectingSocket } from './socket.ts';

/** Everything the hub can do, typed by the contract. Tests give the stores an in-process one of the same type. */
export type HubClient = ContractRouterClient<Contract, ClientRetryPluginContext>;

/** How often a request is repeated when the connection was lost under it. Commands carry an id and are done once. */
const REPEATS = 5;

/** The hub over this socket. Requests wait for the connection; the two streams are resumed by their stores, not here. */
export function createHubClient(socket: ReconnectingSocket): HubClient {
  const link = new RPCLink<ClientRetryPluginContext>({
    websocket: socket,
    plugins: [
      new ClientRetryPlugin({
        default: {
          retry: REPEATS,
          retryDelay: 50,
          shouldRetry: ({ error, signal }) => !(error instanceof ORPCError) && !signal?.aborted,
        },
      }),
    ],
  });
  return createORPCClient(link);
}

/** For the streams: their store resumes them from its own cursor. */
export const noRetry: ClientRetryPluginContext = { retry: 0 };
