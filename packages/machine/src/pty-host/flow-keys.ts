const XOFF = 0x13;
/** ^Q goes on; ^C, ^\ and ^Z do as well, as in any terminal. */
const GOING_ON = new Set([0x11, 0x03, 0x1c, 0x1a]);

/**
 * Whether the person stopped the output with ^S. The kernel knows that too, but restarting a terminal that we stopped ourselves (tcflow)
 * would override it: so we do not restart while the person wants it stopped.
 */
export class FlowKeys {
  #stopped = false;

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** @param areOn whether these keys mean anything to the terminal just now (IXON) */
  typed(bytes: Uint8Array, areOn: boolean): void {
    if (!areOn) this.#stopped = false;
    else for (const byte of bytes) this.#stopped = byte === XOFF || (this.#stopped && !GOING_ON.has(byte));
  }
}
