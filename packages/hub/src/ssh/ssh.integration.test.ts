import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { newId, PtyId, PtyOp, type PtyScreen, SshConnectionId, SshDraft } from '@agor/protocol';
import { tempDir, until } from '@agor/runtime/testing';
import { openCore } from '../core/index.ts';
import { command, startTestHub, type TestHub } from '../testing/test-hub.ts';

const SSHD = '/usr/sbin/sshd';
const isThere = existsSync(SSHD) && Bun.which('ssh') !== null;
const SIZE = { cols: 100, rows: 24 };

/** An sshd of this test's own: its own keys, this user alone, on this computer alone. */
class Sshd {
  readonly dir = tempDir();
  readonly userKey = join(this.dir.path, 'user');
  port = 0;
  #process: Bun.Subprocess | null = null;

  async start(): Promise<void> {
    const file = (name: string) => join(this.dir.path, name);
    chmodSync(this.dir.path, 0o700);
    for (const key of ['host', 'user'])
      expect(Bun.spawnSync(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file(key)]).exitCode).toBe(0);
    writeFileSync(file('authorized'), await Bun.file(file('user.pub')).text(), { mode: 0o600 });
    // As root it wants its folder for privilege separation, which a service would have made.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    this.port = await freePort();
    const config = {
      Port: this.port,
      ListenAddress: '127.0.0.1',
      HostKey: file('host'),
      AuthorizedKeysFile: file('authorized'),
      PidFile: file('pid'),
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      PermitRootLogin: 'prohibit-password',
      StrictModes: 'no',
      UsePAM: 'no',
      AcceptEnv: 'none',
    };
    writeFileSync(
      file('config'),
      Object.entries(config)
        .map(([key, value]) => `${key} ${value}\n`)
        .join(''),
    );
    this.#process = Bun.spawn([SSHD, '-D', '-e', '-f', file('config')], {
      stdio: ['ignore', 'ignore', Bun.file(file('log'))],
    });
    await until('sshd answers', () => canConnect(this.port));
  }

  async stop(): Promise<void> {
    this.#process?.kill();
    await this.#process?.exited;
    this.dir[Symbol.dispose]();
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function canConnect(port: number): Promise<boolean> {
  try {
    (await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })).end();
    return true;
  } catch {
    return false; // not yet
  }
}

/** What a terminal shows, and what is typed into it. */
class Window {
  text = '';
  readonly #socket: WebSocket;

  constructor(hub: TestHub, id: PtyId) {
    const headers = { authorization: `Bearer ${hub.token}` };
    this.#socket = new WebSocket(`${hub.url.replace('http', 'ws')}/pty/${id}`, { headers });
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const frame = new Uint8Array(data);
      const body = new TextDecoder().decode(frame.subarray(1));
      if (frame[0] === PtyOp.output) this.text += body;
      if (frame[0] === PtyOp.screen) this.text = (JSON.parse(body) as PtyScreen).data;
    };
  }

  type(text: string): void {
    this.#socket.send(Buffer.concat([Buffer.from([PtyOp.input]), Buffer.from(text)]));
  }
}

const sshd = new Sshd();
beforeAll(async () => {
  if (isThere) await sshd.start();
});
afterAll(() => sshd.stop());

test.skipIf(!isThere)(
  'a connection opens a shell on the other computer, asks about a host key that is new, and ends as ssh ends (needs sshd)',
  async () => {
    await using hub = await startTestHub({ openCore });
    await hub.hub.machineTried;
    const { client } = hub;
    try {
      const there = join(hub.dir, "over there's");
      mkdirSync(there);
      const id = newId(SshConnectionId);
      const draft = SshDraft.parse({
        name: 'box',
        // Each name has its own line in known_hosts: this one is asked about, whatever the person has met before.
        host: '127.0.0.1',
        port: sshd.port,
        username: Bun.spawnSync(['id', '-un']).stdout.toString().trim(),
        keyFile: sshd.userKey,
        startFolder: there,
      });
      await client.ssh.save({ commandId: command(), id, draft });
      const ptyId = newId(PtyId);
      const pty = await client.ssh.connect({
        commandId: command(),
        id,
        ptyId,
        projectId: null,
        cwd: hub.dir,
        size: SIZE,
      });
      expect(pty).toMatchObject({ title: 'box', ssh: id, exit: null });
      const window = new Window(hub, ptyId);
      await until('ssh asks about the host key', () => window.text.includes('authenticity of host'));
      window.type('yes\r');
      await until('the shell is there', () => /Permanently added[\s\S]*[$#>%]/.test(window.text));
      window.type('echo "in:$(pwd):agent[$SSH_AUTH_SOCK]:$((40+2))"\r');
      await until('it is in the folder, without the agent', () => window.text.includes(`in:${there}:agent[]:42`));
      window.type('exit 7\r');
      const ended = () => hub.hub.terminals.list().find((one) => one.id === ptyId)?.exit;
      await until('its end is told', () => ended() != null);
      expect(ended()).toEqual({ code: 7, signal: null });
      expect((await client.ssh.list({}))[0]?.lastUsedAt).not.toBeNull();
    } finally {
      forgetHost();
      await hub.hub.core.machine.shutdown();
    }
  },
  60_000,
);

/** The person that runs the tests keeps their known hosts as they were. */
function forgetHost(): void {
  Bun.spawnSync(['ssh-keygen', '-R', `[127.0.0.1]:${sshd.port}`], { stdio: ['ignore', 'ignore', 'ignore'] });
}

test.skipIf(!isThere)(
  'a computer that does not answer ends the terminal with ssh’s own words (needs sshd)',
  async () => {
    await using hub = await startTestHub({ openCore });
    await hub.hub.machineTried;
    const { client } = hub;
    try {
      const id = newId(SshConnectionId);
      const draft = SshDraft.parse({ name: 'nobody', host: '127.0.0.1', port: await freePort() });
      await client.ssh.save({ commandId: command(), id, draft });
      const ptyId = newId(PtyId);
      await client.ssh.connect({ commandId: command(), id, ptyId, projectId: null, cwd: hub.dir, size: SIZE });
      await until('it ends', () => hub.hub.terminals.list().find((one) => one.id === ptyId)?.exit != null);
      expect(hub.hub.terminals.list().find((one) => one.id === ptyId)?.exit?.code).toBe(255);
      const window = new Window(hub, ptyId);
      await until('it says why', () => window.text.includes('Connection refused'));
    } finally {
      await hub.hub.core.machine.shutdown();
    }
  },
  60_000,
);
