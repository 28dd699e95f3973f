import { type Clock, programCommand } from '@agor/runtime';
import { KeyringAnswer, type KeyringRequest, type KeyringTrouble } from './wire.ts';

/** For what needs no person. */
const CALL_MS = 15_000;
/** A person has to find the keyring's window and type a password. */
const PROMPT_MS = 120_000;

/** By which the session's keyring is found; everything else of our environment is none of its business. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
];

export interface KeyringOptions {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The asking program's own module: its sibling lies beside it. */
  readonly from?: Pick<ImportMeta, 'dir'>;
}

/**
 * The keyring of the person's system (Secret Service, Keychain). Each call is a short-lived process with a time limit, one after the
 * other. Expected trouble is an answer: no service, a locked keyring, one that does not answer in time.
 */
export class Keyring {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: KeyringOptions) {}

  /** All secrets of agor by name. With `prompt`, a locked keyring asks the person. */
  read(prompt = false): Promise<KeyringAnswer> {
    return this.#inTurn({ op: 'read', prompt }, prompt ? PROMPT_MS : CALL_MS);
  }

  set(name: string, value: string): Promise<KeyringAnswer> {
    return this.#inTurn({ op: 'set', name, value }, PROMPT_MS);
  }

  remove(name: string): Promise<KeyringAnswer> {
    return this.#inTurn({ op: 'remove', name }, PROMPT_MS);
  }

  /** The index of names is read and written: two at once would lose a name. */
  #inTurn(request: KeyringRequest, limitMs: number): Promise<KeyringAnswer> {
    const call = this.#last.then(() => this.#call(request, limitMs));
    this.#last = call;
    return call;
  }

  async #call(request: KeyringRequest, limitMs: number): Promise<KeyringAnswer> {
    const { clock, env, from = import.meta } = this.options;
    try {
      const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
      const child = Bun.spawn(programCommand('keyring', from), {
        env: Object.fromEntries(passed),
        stdin: Buffer.from(JSON.stringify(request)),
        stdout: 'pipe',
        stderr: 'ignore',
      });
      let isLate = false;
      const limit = clock.setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, limitMs);
      const text = await new Response(child.stdout).text();
      await child.exited;
      limit.cancel();
      if (isLate) return silent(limitMs);
      return KeyringAnswer.parse(JSON.parse(text));
    } catch (error) {
      // Not what it said: a value might be in it.
      return {
        ok: false,
        state: 'failed',
        message: `The keyring could not be asked (${(error as Error).name}). Try again.`,
      };
    }
  }
}

function silent(limitMs: number): KeyringTrouble {
  const message = `The keyring did not answer within ${limitMs / 1000} s. It may wait for you in a window of its own: look for it and try again.`;
  return { ok: false, state: 'silent', message };
}
