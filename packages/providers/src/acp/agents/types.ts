import type { PermissionMode, ProviderCapabilities } from '@agor/protocol';
import type { SignInProbe, VendorCli } from '../../define.ts';
import type { SandboxNeeds } from '../../sandbox-needs.ts';

/** What we know of an agent that speaks ACP, as data: the protocol tells the rest. */
export interface AcpAgent {
  /** After the colon of its provider id. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly cli: VendorCli;
  /** Set unless the person's environment has another value: no update checks, no telemetry, asks where the agent would not ask. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The agent's modes that surely mean our permission modes. A mode that is set is set right after the session began, and a run whose mode
   * is not offered is refused. Without an entry for `default` the agent stays in the mode in which it begins.
   */
  readonly modes?: Partial<Readonly<Record<PermissionMode, string>>>;
  /** The sign-in method to choose by itself when the agent wants one and this variable is set. */
  readonly authMethods?: readonly { readonly variable: string; readonly method: string }[];
  /** It must be told that method before anything else: without it, it finds no conversation to load, and does not say why. */
  readonly signInFirst?: boolean;
  /** How long to wait, in ms, before a conversation is loaded: for an agent that would spoil it otherwise. */
  readonly loadDelayMs?: (sessionId: string, env: Readonly<Record<string, string | undefined>>, now: Date) => number;
  /** Its own command for what agor calls `/compact`; absent: it has none. */
  readonly compact?: string;
  readonly signIn?: SignInProbe;
  readonly envPrefixes: readonly string[];
  /** It connects to a server of its own: the option that sets its port, and the variable by which a sandbox tells which one is open. */
  readonly ownPort?: { readonly option: string; readonly variable: string };
  readonly sandbox?: SandboxNeeds;
  readonly capabilities?: Partial<ProviderCapabilities>;
  readonly neverAsks?: string;
  readonly caveat?: string;
}
