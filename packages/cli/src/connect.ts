import { readFileSync } from 'node:fs';
import type { Contract } from '@agor/protocol';
import { type AgorPaths, isAlive, processRef } from '@agor/runtime';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';

export type HubClient = ContractRouterClient<Contract>;

/** What a running hub tells programs of the same user, in `hub.json`. */
export const HubInfo = z.object({
  url: z.url(),
  token: z.string().min(1),
  pid: z.number().int().positive(),
  machinePid: z.number().int().positive().nullable(),
});
export type HubInfo = z.infer<typeof HubInfo>;

/** A live connection to a hub. `lost` resolves when it ends, whoever ended it. */
export interface Connection extends Disposable {
  readonly client: HubClient;
  readonly info: HubInfo;
  readonly lost: Promise<void>;
}

/** How long a hub may take to accept a connection before it counts as absent, in ms. */
const CONNECT_LIMIT_MS = 3_000;

/** The hub of this data folder as its file says, or null when none runs. */
export function readHubInfo(paths: AgorPaths): HubInfo | null {
  let text: string;
  try {
    text = readFileSync(paths.hubInfoFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const info = HubInfo.safeParse(parseJson(text));
  if (!info.success) return null; // a hub that is just being started or ended has not written it whole
  const ref = processRef(info.data.pid);
  return ref && isAlive(ref) ? info.data : null;
}

/** Connects to the hub, or returns null when nothing answers there. */
export async function connect(info: HubInfo): Promise<Connection | null> {
  const socket = new WebSocket(`${info.url.replace(/^http/, 'ws').replace(/\/$/, '')}/rpc`, {
    headers: { authorization: `Bearer ${info.token}` },
  } as unknown as string[]); // Bun's second argument; the DOM's type knows only protocols
  socket.binaryType = 'arraybuffer';
  const lost = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));
  const opened = await new Promise<boolean>((resolve) => {
    const limit = setTimeout(() => resolve(false), CONNECT_LIMIT_MS);
    socket.addEventListener('open', () => {
      clearTimeout(limit);
      resolve(true);
    });
    lost.then(() => {
      clearTimeout(limit);
      resolve(false);
    });
  });
  if (!opened) {
    socket.close();
    return null;
  }
  const client: HubClient = createORPCClient(new RPCLink({ websocket: socket }));
  return { client, info, lost, [Symbol.dispose]: () => socket.close() };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // handled by the schema: not a hub's file
  }
}
