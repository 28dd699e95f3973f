/** The bounds of the pty host, and what happens at each. Those that the other side must know are in the protocol (`PTY_…`). */

/** Terminals at once, exited ones included; at it a spawn fails with words. */
export const MAX_TERMINALS = 200;
/** Exited terminals that keep their final screen; the one that was looked at longest ago goes. */
export const MAX_EXITED = 20;
/** Twins without a client that stay live; beyond, the one used longest ago is parked. */
export const MAX_IDLE_TWINS = 12;
/** Output that a parked twin may be behind before it is revived. */
export const PARKED_OUTPUT_BYTES = 256 * 1024;
/** The same as a number of pieces, which cost memory each. */
export const MAX_PARKED_STEPS = 1_000;
/** Bytes of one terminal that are parsed in one go: below 1 ms, so that a flood delays nobody. */
export const SLICE_BYTES = 32 * 1024;
/** Unparsed output at which it is parsed at once, whoever waits: only where the terminal's output cannot be stopped. */
export const MAX_UNPARSED_BYTES = 4 * 1024 * 1024;
/** How long output waits for more of it, and how much of it does not. */
export const COALESCE_MS = 4;
export const COALESCE_BYTES = 32 * 1024;
/** Small pieces of output, such as echoes of keys, that go at once for all that: how many in COALESCE_MS, and how small. */
export const QUICK_FRAMES = 8;
export const QUICK_BYTES = 512;
/** A client that is left behind again and again by a flood gets a fresh screen no more often than this: each costs some ms. */
export const SCREEN_MS = 250;
/** The start of an unfinished escape sequence that a new client is given again; of a longer one its middle is left out. */
export const MAX_UNFINISHED_BYTES = 64 * 1024;
/** Input that the program has not read; at it the client that sends more is cut off. */
export const MAX_UNREAD_INPUT_BYTES = 4 * 1024 * 1024;
/** Clients of one terminal; one more is refused. */
export const MAX_CLIENTS = 32;
/** Bells are told no more often than this, after the first: a program may print nothing else. */
export const BELL_MS = 1_000;
/** Changes of title and folder are told no more often than this. */
export const INFO_MS = 100;
/** How long the end of the output is waited for after the program's end. */
export const LAST_OUTPUT_MS = 1_000;
/** A connection that has not proven the secret by then is closed. */
export const PROOF_MS = 5_000;
