import { World } from '@agor/e2e/world';
import { CommandId, newId, PtyId, PtyOp } from '@agor/protocol';
import { Prober } from './lag.ts';
import { atMost, percentile, type Row } from './row.ts';

const FLOOD_MS = 10_000;

/** A window watches a terminal that floods, all the way through the hub: how long does everybody else wait for hub and machine? */
export async function run(): Promise<Row[]> {
  await using world = new World({ name: 'bench-flood' });
  const { info } = await world.serve();
  using connection = await world.connect();
  const id = newId(PtyId);
  const size = { cols: 120, rows: 40 };
  await connection.client.pty.spawn({ commandId: newId(CommandId), id, projectId: null, size });
  const window = await watch(info, id);
  const prober = await Prober.start(world);
  window.type('base64 /dev/zero\n');
  await Bun.sleep(FLOOD_MS);
  const lag = await prober.stop();
  window.close();
  return [
    {
      name: 'terminal that floods, to a window through the hub',
      value: window.bytes() / 1e6 / (FLOOD_MS / 1000),
      unit: 'MB/s',
    },
    atMost('… a question to the hub meanwhile, p99', percentile(lag.hub, 0.99), 8, 'ms'),
    atMost('… a question to the machine meanwhile, p99', percentile(lag.machine, 0.99), 8, 'ms'),
  ];
}

/** A window that draws nothing and reads all. */
async function watch(info: { readonly url: string; readonly token: string }, id: PtyId) {
  const socket = new WebSocket(`${info.url.replace(/^http/, 'ws').replace(/\/$/, '')}/pty/${id}`, {
    headers: { authorization: `Bearer ${info.token}` },
  } as unknown as string[]); // Bun's second argument; the DOM's type knows only protocols
  socket.binaryType = 'arraybuffer';
  const opened = Promise.withResolvers<void>();
  const frame = (op: number, text: string) => socket.send(Buffer.concat([Uint8Array.of(op), Buffer.from(text)]));
  let drawn = 0;
  let all = 0;
  socket.onopen = () => opened.resolve();
  socket.onerror = () => opened.reject(new Error('the terminal cannot be watched'));
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const [op] = new Uint8Array(data);
    if (op === PtyOp.screen) drawn = 0;
    if (op !== PtyOp.output) return;
    drawn += data.byteLength - 1;
    all += data.byteLength - 1;
    frame(PtyOp.read, JSON.stringify({ bytes: drawn }));
  };
  await opened.promise;
  return { type: (text: string) => frame(PtyOp.input, text), bytes: () => all, close: () => socket.close() };
}
