import {
  type FromMachine,
  type JournalCursor,
  LINK_VERSION,
  LINK_VERSIONS_SPOKEN,
  type MachineEnvironment,
  readFromMachine,
  type ToMachine,
} from '@agor/protocol';
import { type Clock, err, ok, proveSecret, type Result } from '@agor/runtime';
import { Failure } from '../failure.ts';

export type Welcome = Extract<FromMachine, { t: 'welcome' }>;

export interface Hello {
  readonly secret: string;
  readonly build: string;
  readonly environment: MachineEnvironment;
  readonly acknowledged: JournalCursor | null;
}

/** Why there is no connection. `absent`: nobody listens on the socket. */
export interface NoConnection {
  readonly kind: 'absent' | 'refused' | 'silent';
  readonly message: string;
}

export interface ConnectionEvents {
  frame(frame: FromMachine): void;
  /** Once, after the welcome; with what was wrong, if anything was. */
  closed(reason: string): void;
}

/** From the connection to the welcome. In ms. */
const HANDSHAKE_MS = 10_000;

/** An open link to the machine, past its welcome. */
export class Connection {
  #open = true;

  constructor(
    private readonly socket: WebSocket,
    readonly welcome: Welcome,
  ) {}

  get isOpen(): boolean {
    return this.#open;
  }

  /** Dropped silently once closed: whatever matters is kept in the outbox or the log and sent again. */
  send(...frames: ToMachine[]): void {
    if (this.#open) this.socket.send(JSON.stringify(frames));
  }

  close(): void {
    this.#open = false;
    this.socket.close();
  }

  /** As `close`, without waiting for the other end to agree: it does not answer. */
  abandon(): void {
    this.#open = false;
    this.socket.terminate();
  }
}

/**
 * Connects to a machine's control socket, proves the secret and waits for the welcome. Frames that follow go to `events`,
 * which `attach` returns: it is called with the connection before the first of them.
 */
export function connect(
  options: { readonly socketPath: string; readonly hello: Hello; readonly clock: Clock },
  attach: (connection: Connection) => ConnectionEvents,
): Promise<Result<Connection, NoConnection>> {
  const socket = new WebSocket(`ws+unix://${options.socketPath}:/link`);
  return new Promise((resolve) => {
    let connection: Connection | null = null;
    let events: ConnectionEvents | null = null;
    let opened = false;
    let settled = false;
    const give = (result: Result<Connection, NoConnection>): void => {
      if (settled) return;
      settled = true;
      deadline.cancel();
      if (!result.ok) socket.close();
      resolve(result);
    };
    const deadline = options.clock.setTimeout(
      () => give(err({ kind: 'silent', message: `the machine did not greet within ${HANDSHAKE_MS / 1000} s` })),
      HANDSHAKE_MS,
    );
    const greet = (frame: FromMachine): void => {
      if (frame.t === 'challenge') {
        const problem = answerChallenge(socket, frame, options.hello);
        if (problem) give(err({ kind: 'refused', message: problem }));
      } else if (frame.t === 'refused') {
        give(err({ kind: 'refused', message: frame.reason }));
      } else if (frame.t === 'welcome') {
        connection = new Connection(socket, frame);
        events = attach(connection);
        give(ok(connection));
      }
    };
    const end = (reason: string): void => {
      give(err({ kind: opened ? 'silent' : 'absent', message: reason }));
      const told = events;
      events = null;
      connection?.close();
      told?.closed(reason);
    };
    socket.onopen = () => {
      opened = true;
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        for (const frame of readFrames(data)) {
          if (connection && !connection.isOpen) return;
          if (events) events.frame(frame);
          else greet(frame);
        }
      } catch (error) {
        // What we can't save is not the machine's fault.
        const ours = error instanceof Failure;
        end(
          ours ? error.message : `the machine sent what this agor does not understand: ${String(error).slice(0, 500)}`,
        );
        socket.close();
      }
    };
    socket.onclose = ({ reason }) => end(reason || 'the connection was closed');
    // The close that follows tells it all; without a listener Bun would print the error.
    socket.onerror = () => {};
  });
}

function answerChallenge(
  socket: WebSocket,
  challenge: Extract<FromMachine, { t: 'challenge' }>,
  hello: Hello,
): string | null {
  const common = LINK_VERSIONS_SPOKEN.filter((version) => challenge.versions.includes(version));
  if (common.length === 0)
    return `it speaks the link's versions ${challenge.versions.join(', ')}, this agor ${LINK_VERSION}; \`agor shutdown\` ends it, then a new one starts`;
  const frame: ToMachine = {
    t: 'hello',
    versions: common,
    mac: proveSecret(hello.secret, challenge.nonce),
    hubPid: process.pid,
    build: hello.build,
    environment: hello.environment,
    acknowledged: hello.acknowledged,
  };
  socket.send(JSON.stringify([frame]));
  return null;
}

function readFrames(data: unknown): FromMachine[] {
  if (typeof data !== 'string') throw new Error('a binary message');
  const raw: unknown = JSON.parse(data);
  if (!Array.isArray(raw)) throw new Error('a message that is no list of frames');
  return raw.map(readFromMachine);
}
