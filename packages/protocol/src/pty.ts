import { z } from 'zod';
import { ProjectId, PtyId, SshConnectionId } from './ids.ts';

/**
 * Terminals. Commands (spawn, resize, kill, list) go the ordinary way; bytes travel as binary frames on a WebSocket of
 * their own per attached terminal: `/pty/<id>` at the hub, the same frames at the pty host.
 *
 * A frame is one opcode byte and its body:
 *   to the client    0 output   raw bytes
 *                    1 screen   UTF-8 JSON PtyScreen: everything before it is void, draw this
 *                    2 exit     UTF-8 JSON PtyExit
 *                    3 info     UTF-8 JSON PtyInfo, whenever it changed
 *   from the client  16 input   raw bytes
 *                    17 resize  UTF-8 JSON PtySize; the terminal follows the window that was focused last
 *                    18 read    UTF-8 JSON {bytes}: output bytes drawn so far since the last screen (flow control)
 */
export const PtyOp = { output: 0, screen: 1, exit: 2, info: 3, input: 16, resize: 17, read: 18 } as const;

/** A client that has this much unread is cut to "behind" and gets a fresh screen when it reads again. */
export const PTY_CLIENT_LAG_BYTES = 256 * 1024;
/** Credit that the twin gives the program before output stops being read. */
export const PTY_CREDIT_BYTES = 64 * 1024;
/** What a terminal remembers unless it was started with another number. */
export const PTY_SCROLLBACK_LINES = 2000;
/** Bounds of `PtySpawn.scrollback`: a line costs about 1 kB in the pty host and in each window that shows it. */
export const PTY_SCROLLBACK_BOUNDS = { min: 200, max: 10_000 } as const;
export const MAX_PTY_INPUT_BYTES = 1024 * 1024;

export const PtySize = z.object({ cols: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(1000) });
export type PtySize = z.infer<typeof PtySize>;

export const PtySpawn = z.object({
  id: PtyId,
  projectId: ProjectId.nullable(),
  cwd: z.string(),
  /** Empty = the person's shell. */
  shell: z.string().default(''),
  args: z.array(z.string()).default([]),
  title: z.string().max(200).default(''),
  size: PtySize,
  /** Lines above the screen that are kept; PTY_SCROLLBACK_LINES unless told. */
  scrollback: z.number().int().min(PTY_SCROLLBACK_BOUNDS.min).max(PTY_SCROLLBACK_BOUNDS.max).optional(),
  /** The SSH connection that the program makes. */
  ssh: SshConnectionId.optional(),
});
export type PtySpawn = z.infer<typeof PtySpawn>;

export const PtyExit = z.object({ code: z.number().int().nullable(), signal: z.string().nullable() });
export type PtyExit = z.infer<typeof PtyExit>;

export const PtyInfo = z.object({
  id: PtyId,
  projectId: ProjectId.nullable(),
  /** The person's name for it, else what the program calls itself (OSC 2), else the shell's. */
  title: z.string(),
  cwd: z.string(),
  pid: z.number().int(),
  size: PtySize,
  /** Null while it lives. */
  exit: PtyExit.nullable(),
  createdAt: z.number(),
  /** Lines above the screen that its twin keeps; absent from an older pty host: PTY_SCROLLBACK_LINES. */
  scrollback: z.number().int().positive().optional(),
  ssh: SshConnectionId.optional(),
  /** How often the program rang, as it was told last. */
  bells: z.number().int().nonnegative().optional(),
});
export type PtyInfo = z.infer<typeof PtyInfo>;

/** The exact screen with its scrollback, as a string of terminal output that draws it on an empty terminal. */
export const PtyScreen = z.object({
  size: PtySize,
  data: z.string(),
  /** Output bytes that it contains. */ offset: z.number(),
});
export type PtyScreen = z.infer<typeof PtyScreen>;

/**
 * How both channels of the pty host (`/control`, `/attach/<id>`) begin, in text frames: it sends a challenge, the other side
 * proves the machine's secret with it, as on the machine link. Before that proof nothing else is read; a wrong one ends the connection.
 */
export const PtyChallenge = z.object({ t: z.literal('challenge'), nonce: z.string() });
export type PtyChallenge = z.infer<typeof PtyChallenge>;
/** `mac` is the HMAC-SHA-256 of the nonce with the machine's secret, in hex. */
export const PtyHello = z.object({ t: z.literal('hello'), mac: z.string() });
export type PtyHello = z.infer<typeof PtyHello>;

/** The pty host's control channel (`/control` on its socket), after the proof: one JSON object a message. */
export const ToPtyHost = z.discriminatedUnion('t', [
  z.object({ t: z.literal('spawn'), id: z.string(), pty: PtySpawn, env: z.record(z.string(), z.string()) }),
  z.object({ t: z.literal('resize'), id: z.string(), pty: PtyId, size: PtySize }),
  z.object({ t: z.literal('rename'), id: z.string(), pty: PtyId, title: z.string().max(200) }),
  z.object({ t: z.literal('clear'), id: z.string(), pty: PtyId }),
  z.object({ t: z.literal('kill'), id: z.string(), pty: PtyId }),
  z.object({ t: z.literal('list'), id: z.string() }),
  z.object({ t: z.literal('shutdown'), id: z.string() }),
]);
export type ToPtyHost = z.infer<typeof ToPtyHost>;
export const FromPtyHost = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ok'), id: z.string(), ptys: z.array(PtyInfo).optional() }),
  z.object({ t: z.literal('failed'), id: z.string(), message: z.string() }),
  /** A terminal came, changed or went. */
  z.object({ t: z.literal('changed'), pty: PtyInfo }),
  z.object({ t: z.literal('gone'), id: PtyId }),
]);
export type FromPtyHost = z.infer<typeof FromPtyHost>;
