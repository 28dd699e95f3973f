import { CommandId, LINK_VERSIONS_SPOKEN, LinkCommand, SessionId, ToMachine } from '@agor/protocol';
import { z } from 'zod';
import type { RequestSession } from '../requests/index.ts';
import { DeltaSender } from './delta-sender.ts';
import { type Hello, judgeHello, newNonce } from './handshake.ts';
import { JournalSender } from './journal-sender.ts';
import type { LinkDeps } from './link-server.ts';
import { Wire, type WireSocket } from './wire.ts';

/** A hub must say hello within this time; one that was refused may ask for the machine's end within the same. */
const HELLO_MS = 10_000;
/** What may be asked over any version of the link. */
const ALWAYS_ALLOWED: ReadonlySet<string> = new Set(['shutdown', 'status']);

const PolicyViolation = 1008;
const InvalidData = 1007;
const TryAgainLater = 1013;
const Replaced = 4000;

type Phase = 'challenged' | 'refused' | 'live' | 'closed';

/** One hub on the control socket, from its challenge on. Nothing but a hello is read before the secret was proven. */
export class HubConnection {
  readonly #wire: Wire;
  readonly #nonce = newNonce();
  readonly #requests: RequestSession;
  readonly #limit: Disposable;
  #phase: Phase = 'challenged';
  #journal: JournalSender | null = null;

  constructor(
    socket: WireSocket,
    private readonly deps: LinkDeps,
    /** Called when its hello was accepted: it takes the place of whichever hub was connected. */
    private readonly onLive: (connection: HubConnection) => void,
  ) {
    this.#wire = new Wire(socket, () => this.#abort(InvalidData, 'a message could not be sent'));
    this.#requests = deps.requests.session((answer) => this.#wire.send(answer));
    this.#limit = deps.clock.setTimeout(() => this.#abort(PolicyViolation, 'no valid hello in time'), HELLO_MS);
    this.#wire.send({ t: 'challenge', nonce: this.#nonce, versions: [...LINK_VERSIONS_SPOKEN] });
  }

  /** A message of the hub. A message that is no array of frames ends the connection; a frame that we do not know is logged. */
  onMessage(text: string): void {
    const frames = parseFrames(text);
    if (!frames) {
      this.#abort(InvalidData, 'a message must be a JSON array of frames');
      return;
    }
    for (const raw of frames) {
      if (this.#phase === 'closed') return;
      const parsed = ToMachine.safeParse(raw);
      if (parsed.success) this.#onFrame(parsed.data);
      else this.#onUnknown(raw, parsed.error.issues[0]?.message ?? 'invalid');
    }
  }

  onDrain(): void {
    this.#journal?.pump();
  }

  onClose(): void {
    this.#end();
    this.#wire.gone();
  }

  /** Another hub took its place. */
  replace(): void {
    this.#abort(Replaced, 'another hub connected');
  }

  #onFrame(frame: ToMachine): void {
    if (this.#phase === 'challenged') {
      if (frame.t === 'hello') this.#onHello(frame);
      else this.#abort(PolicyViolation, 'the first frame must be a hello');
      return;
    }
    if (this.#phase === 'refused') {
      if (frame.t === 'request' && ALWAYS_ALLOWED.has(frame.method)) void this.#request(frame);
      return;
    }
    this.#onLiveFrame(frame);
  }

  #onLiveFrame(frame: ToMachine): void {
    const { journal, environment } = this.deps;
    switch (frame.t) {
      case 'hello':
        this.#abort(PolicyViolation, 'a second hello');
        return;
      case 'ack':
        journal.acknowledge(frame);
        return;
      case 'command':
        this.#onCommands(frame.commands);
        return;
      case 'environment':
        environment.set(frame.environment);
        return;
      case 'sessionEnvironment':
        environment.setSession(frame.sessionId, frame.env);
        return;
      case 'request':
        void this.#request(frame);
        return;
      case 'cancel':
        this.#requests.cancel(frame.id);
        return;
      case 'teamAnswer':
        this.deps.teamCalls.answered(frame.id, frame.answer);
        return;
    }
  }

  #onHello(hello: Hello): void {
    const { journal, log } = this.deps;
    const verdict = judgeHello(hello, this.#nonce, this.deps.secret);
    if (!verdict.accepted) {
      log.warn('a hub was refused', { reason: verdict.reason, hubPid: hello.hubPid, build: hello.build });
      this.#wire.send({ t: 'refused', reason: verdict.reason });
      this.#phase = 'refused';
      if (!verdict.authenticated) this.#abort(PolicyViolation, 'refused');
      return;
    }
    this.#limit[Symbol.dispose]();
    this.onLive(this);
    this.#phase = 'live';
    this.deps.environment.set(hello.environment);
    let after: number;
    try {
      after = journal.startFrom(hello.acknowledged);
    } catch (error) {
      log.error('the journal cannot begin a new epoch', { error });
      this.#abort(TryAgainLater, 'the journal cannot be written now');
      return;
    }
    log.info('a hub connected', { hubPid: hello.hubPid, build: hello.build, version: verdict.version, after });
    this.#startSending(verdict.version, after);
  }

  #startSending(version: number, after: number): void {
    const { journal, sidecars, openText } = this.deps;
    const blocks = openText.list();
    // A hub that still has to read entries gets the blocks afterwards: the end of a turn among those entries would close them.
    const caughtUp = after === journal.assigned;
    this.#wire.send({
      t: 'welcome',
      version,
      machineId: this.deps.machineId,
      journal: journal.cursor,
      build: this.deps.build,
      pid: process.pid,
      ptySocket: this.deps.ptySocket(),
      runners: sidecars.live(),
      restarting: sidecars.restarting(),
      openBlocks: caughtUp ? blocks : [],
    });
    const deltas = new DeltaSender(() => this.#journal?.soon());
    this.#journal = new JournalSender(journal, deltas, this.#wire, after);
    openText.listen(deltas);
    this.deps.teamCalls.connect((frame) => this.#wire.send(frame));
    this.deps.fileWatches.connect((frame) => this.#wire.send(frame));
    if (!caughtUp) deltas.start(blocks);
    this.#journal.soon();
  }

  #onCommands(commands: readonly LinkCommand[]): void {
    const { ledger, sidecars, log } = this.deps;
    if (!sidecars.hasRoom) {
      log.warn('too many commands wait; the hub will send these again', { count: commands.length });
      return;
    }
    let fresh: LinkCommand[];
    try {
      fresh = ledger.recordAccepted(commands);
    } catch (error) {
      // Not acknowledged, so the hub sends them again; with a full disk that may be the time when there is room.
      log.error('commands could not be recorded', { error });
      return;
    }
    this.#wire.send({ t: 'commandAck', ids: commands.map((command) => command.id) });
    for (const command of fresh) void sidecars.execute(command);
  }

  async #request({ id, method, params }: Extract<ToMachine, { t: 'request' }>): Promise<void> {
    await this.#requests.start(id, method, params);
  }

  /** A newer hub may know commands that we do not: each is answered as failed, or it would be sent for ever. */
  #onUnknown(raw: unknown, reason: string): void {
    const batch = CommandBatch.safeParse(raw);
    if (this.#phase !== 'live' || !batch.success) {
      if (this.#phase === 'challenged') {
        this.#abort(PolicyViolation, 'the first frame must be a hello');
        return;
      }
      this.deps.log.warn('a frame of the hub was not understood', { reason });
      return;
    }
    const good: LinkCommand[] = [];
    for (const item of batch.data.commands) {
      const known = LinkCommand.safeParse(item);
      if (known.success) good.push(known.data);
      else this.#refuseCommand(item, known.error.issues[0]?.message ?? 'invalid');
    }
    if (good.length > 0) this.#onCommands(good);
  }

  #refuseCommand(item: z.infer<typeof CommandBatch>['commands'][number], reason: string): void {
    const { journal, ledger, log } = this.deps;
    const { sessionId, kind } = item.command;
    const fresh = ledger.recordUnknown(item.id, kind, sessionId);
    this.#wire.send({ t: 'commandAck', ids: [item.id] });
    if (!fresh) return;
    log.warn('a command was not understood', { id: item.id, kind, reason });
    journal.append([
      {
        sessionId,
        event: {
          kind: 'commandFailed',
          sessionId,
          commandId: item.id,
          command: kind,
          message: `This machine does not understand the command "${kind}" (${reason}). Restart it with \`agor shutdown\` and start agor again.`,
          class: 'unknown',
        },
        alongside: () => ledger.settle(item.id, 'done'),
      },
    ]);
  }

  #abort(code: number, reason: string): void {
    if (this.#phase === 'closed') return;
    this.#end();
    this.#wire.close(code, reason);
  }

  #end(): void {
    if (this.#phase === 'live') {
      this.deps.openText.listen(null);
      this.deps.teamCalls.connect(null);
      this.deps.fileWatches.connect(null);
    }
    this.#phase = 'closed';
    this.#limit[Symbol.dispose]();
    this.#journal?.[Symbol.dispose]();
    this.#requests[Symbol.dispose]();
  }
}

/** As much of a command as it takes to say that it was not understood. */
const CommandBatch = z.object({
  t: z.literal('command'),
  commands: z.array(
    z.looseObject({ id: CommandId, command: z.looseObject({ kind: z.string(), sessionId: SessionId }) }),
  ),
});

function parseFrames(text: string): unknown[] | null {
  try {
    const frames: unknown = JSON.parse(text);
    return Array.isArray(frames) ? frames : null;
  } catch {
    return null; // the caller ends the connection and says why
  }
}
