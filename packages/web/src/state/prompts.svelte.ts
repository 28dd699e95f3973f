import { CommandId, newId, PermissionMode, ProjectId, Prompt, type PromptId, SessionId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import type { HubClient } from './client.ts';
import { explain, type Failure } from './commands.svelte.ts';

const PREFIX = 'agor.leaving.';
/** An answer comes in milliseconds; a prompt that takes longer is shown, so that nobody thinks it is gone. */
const SHOWN_AFTER_MS = 400;
/** How long one attempt waits for the hub's answer, and the wait after it. */
const ATTEMPT_MS = 20_000;
const AGAIN_MS = 500;
/** The hub remembers commands that were done, but not for ever: an older prompt is given back instead of sent again. In ms. */
const TOO_OLD_MS = 60 * 60_000;

/** A prompt as the hub takes it, without the id of the command. */
const Outgoing = z.object({
  sessionId: SessionId.optional(),
  projectId: ProjectId.optional(),
  cwd: z.string().optional(),
  model: z.string().optional(),
  permissionMode: PermissionMode.optional(),
  prompt: Prompt,
  delivery: z.enum(['queue', 'steer']),
});
export type Outgoing = z.output<typeof Outgoing>;

const Stored = z.object({ key: z.string(), commandId: CommandId, at: z.number(), outgoing: Outgoing });

/** A prompt that left its field and of which the hub has not said that it has it. */
export class Leaving {
  /** It takes so long that the person must see where it is. */
  slow = $state(false);
  /** Why it will not be sent again by itself. */
  stuck = $state<string | null>(null);
  readonly back = new AbortController();

  constructor(
    /** The field it came from: a session, or the box of one that is to begin. */
    readonly key: string,
    readonly commandId: CommandId,
    readonly outgoing: Outgoing,
  ) {}

  get id(): PromptId {
    return this.outgoing.prompt.id;
  }
}

export type Sent =
  | { readonly ok: true; readonly sessionId: SessionId }
  | { readonly ok: false; readonly refused: boolean };

/**
 * Prompts between their field and the hub. Each is kept in this browser and sent, always as the same command, until the hub says
 * what became of it: a hub that restarts, a network that is gone or a reload neither loses nor doubles it.
 */
export class PromptsStore implements Disposable {
  #all = $state.raw<readonly Leaving[]>([]);
  readonly #end = new AbortController();

  constructor(
    private readonly client: HubClient,
    private readonly report: (failure: Failure) => void,
    private readonly storage: Storage = localStorage,
  ) {
    for (const [leaving, at] of stored(storage)) {
      leaving.slow = true;
      this.#all = [...this.#all, leaving];
      if (Date.now() - at > TOO_OLD_MS) leaving.stuck = 'It was not sent before agor was closed.';
      else void this.#deliver(leaving);
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort();
  }

  /** Those of a field that take their time. */
  of(key: string): readonly Leaving[] {
    return this.#all.filter((leaving) => leaving.key === key && leaving.slow);
  }

  /** Resolves when the hub has the prompt, refuses it, or it was taken back. A refusal is told to the person. */
  send(key: string, outgoing: Outgoing): Promise<Sent> {
    const leaving = new Leaving(key, newId(CommandId), outgoing);
    this.#all = [...this.#all, leaving];
    this.#keep(leaving);
    return this.#deliver(leaving);
  }

  /** It is not sent again; whether it has arrived all the same cannot be known. */
  takeBack(leaving: Leaving): void {
    leaving.back.abort();
    this.#forget(leaving);
  }

  async #deliver(leaving: Leaving): Promise<Sent> {
    const timer = setTimeout(() => (leaving.slow = true), SHOWN_AFTER_MS);
    const over = AbortSignal.any([leaving.back.signal, this.#end.signal]);
    try {
      while (!over.aborted) {
        const outcome = await this.#attempt(leaving, over);
        if (outcome) return outcome;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
      return { ok: false, refused: false };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Null: there was no answer. */
  async #attempt(leaving: Leaving, over: AbortSignal): Promise<Sent | null> {
    const { commandId, outgoing } = leaving;
    try {
      const signal = AbortSignal.any([over, AbortSignal.timeout(ATTEMPT_MS)]);
      const { sessionId } = await this.client.agent.query({ commandId, ...outgoing }, { signal });
      this.#forget(leaving);
      return { ok: true, sessionId };
    } catch (error) {
      // Only the hub itself can refuse it; whatever else went wrong says nothing about the prompt.
      if (!(error instanceof ORPCError)) return null;
      this.report({ title: 'The prompt was not sent', message: explain(error) });
      this.#forget(leaving);
      return { ok: false, refused: true };
    }
  }

  #keep({ key, commandId, outgoing, id }: Leaving): void {
    const kept: z.input<typeof Stored> = { key, commandId, at: Date.now(), outgoing };
    try {
      this.storage.setItem(PREFIX + id, JSON.stringify(kept));
    } catch {
      // Storage is full or off: the prompt lives as long as the page.
    }
  }

  #forget(leaving: Leaving): void {
    this.#all = this.#all.filter((other) => other !== leaving);
    try {
      this.storage.removeItem(PREFIX + leaving.id);
    } catch {
      // Storage is off: nothing was kept there.
    }
  }
}

function stored(storage: Storage): (readonly [Leaving, number])[] {
  try {
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    return keys.filter((key) => key.startsWith(PREFIX)).flatMap((key) => read(storage.getItem(key)));
  } catch {
    return []; // storage is off
  }
}

function read(text: string | null): (readonly [Leaving, number])[] {
  try {
    const { key, commandId, at, outgoing } = Stored.parse(JSON.parse(text ?? 'null'));
    return [[new Leaving(key, commandId, outgoing), at]];
  } catch {
    return []; // damaged, or of another version
  }
}
