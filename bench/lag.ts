import type { World } from '@agor/e2e/world';

/** Round trips in ms: to the hub, and through it to the machine. */
export interface Lag {
  readonly hub: number[];
  readonly machine: number[];
}

/**
 * Asks hub and machine small questions all the time, from a process of its own, so that what this one does delays no answer. A round trip is
 * the loop lag of whoever answers plus the way: an upper bound of the lag.
 */
export class Prober {
  readonly #child: Bun.Subprocess<'pipe', 'pipe', 'inherit'>;
  readonly #output: ReadableStreamDefaultReader<Uint8Array>;

  private constructor(world: World) {
    this.#child = Bun.spawn([process.execPath, `${import.meta.dir}/prober.ts`, world.folder('probed')], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    this.#output = this.#child.stdout.getReader();
    this.#child.stdin.write(`${JSON.stringify(world.serving.info)}\n`); // holds the token, so not in its arguments
    void this.#child.stdin.flush();
  }

  /** Resolves once it asks. */
  static async start(world: World): Promise<Prober> {
    const prober = new Prober(world);
    await prober.#output.read(); // its first words
    return prober;
  }

  async stop(): Promise<Lag> {
    await this.#child.stdin.end();
    let text = '';
    const decoder = new TextDecoder();
    for (let part = await this.#output.read(); !part.done; part = await this.#output.read())
      text += decoder.decode(part.value, { stream: true });
    await this.#child.exited;
    return JSON.parse(text) as Lag; // our own words
  }
}
