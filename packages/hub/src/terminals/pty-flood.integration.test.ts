import { expect, test } from 'bun:test';
import { connect as connectTcp } from 'node:net';
import { newId, PtyId, PtyOp } from '@agor/protocol';
import { until } from '@agor/runtime/testing';
import { openCore } from '../core/index.ts';
import { command, startTestHub } from '../testing/test-hub.ts';

const MB = 1024 * 1024;

test('a flooding terminal whose window does not read costs the hub little, and another one answers meanwhile', async () => {
  await using hub = await startTestHub({ openCore });
  await hub.hub.machineTried;
  try {
    const spawn = async () => {
      const id = newId(PtyId);
      const size = { cols: 80, rows: 24 };
      await hub.client.settings.set({ commandId: command(), key: 'default_shell', value: '/bin/sh' });
      await hub.client.pty.spawn({ commandId: command(), id, projectId: null, cwd: hub.dir, size });
      return id;
    };
    const flooding = await spawn();
    const stalled = connectTcp(Number(new URL(hub.url).port), '127.0.0.1');
    stalled.write(
      `GET /pty/${flooding} HTTP/1.1\r\nHost: ${new URL(hub.url).host}\r\nAuthorization: Bearer ${hub.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await new Promise((resolve) => stalled.once('data', resolve));
    stalled.pause();
    const before = process.memoryUsage().rss;
    const typed = Buffer.from('head -c 20000000 /dev/zero | tr "\\0" "x"; touch done\r');
    stalled.write(Buffer.concat([Buffer.from([0x82, 0x80 | (typed.length + 1), 0, 0, 0, 0, PtyOp.input]), typed]));

    const other = new WebSocket(`${hub.url.replace('http', 'ws')}/pty/${await spawn()}`, {
      headers: { authorization: `Bearer ${hub.token}` },
    });
    other.binaryType = 'arraybuffer';
    let text = '';
    other.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      text += Buffer.from(data).toString();
    };
    await new Promise((resolve) => {
      other.onopen = resolve;
    });
    other.send(Buffer.concat([Buffer.from([PtyOp.input]), Buffer.from('echo a$((1+1))b\r')]));
    await until('the other terminal answers', () => text.includes('a2b'));
    await until('the flood is over', () => Bun.spawnSync(['test', '-e', `${hub.dir}/done`]).exitCode === 0);
    expect((process.memoryUsage().rss - before) / MB).toBeLessThan(100);
    stalled.destroy();
    other.close();
  } finally {
    await hub.hub.core.machine.shutdown();
  }
}, 60_000);
