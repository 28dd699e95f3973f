import {
  type AgentMessage,
  type ConfigField,
  type ModelInfo,
  type ProviderCapabilities,
  ProviderId,
  type ProviderSettings,
} from '@agor/protocol';
import type { z } from 'zod';
import type { SandboxNeeds } from './sandbox-needs.ts';
import type { ProviderServices } from './services.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What an adapter keeps from one event to the next: small JSON that the hub commits together with the messages. */
export type AdapterMemory = { readonly [key: string]: JsonValue };

export interface Adapted {
  readonly messages: AgentMessage[];
  readonly memory: AdapterMemory;
}

/**
 * Puts one provider's raw events into the common vocabulary. Pure: the same events with the same memory give the same messages with the
 * same ids, so that a replay after a crash changes nothing. Never throws; what it does not understand becomes an `unknown` message.
 */
export interface Adapter {
  initial(): AdapterMemory;
  /**
   * `at` is the machine's time in ms, for events that carry none of their own. The messages come without `blockId`: the caller adds the
   * one that stood on the `agent_event` line.
   */
  adapt(event: unknown, memory: AdapterMemory, at: number): Adapted;
}

/** A vendor's command line program and the npm package that brings it. */
export interface VendorCli {
  /** Its name on PATH. */
  readonly binary: string;
  /** Name of the package for a platform such as `linux-x64`, or null where the vendor has none. */
  readonly npmPackage: (platform: string) => string | null;
  /**
   * The package's version, pinned: the runner was tested with it. By platform where the vendor publishes each platform's
   * program as a version of one package.
   */
  readonly npmVersion: string | ((platform: string) => string);
  /** The version that the program of that package tells of itself; also the name of its folder. */
  readonly version: string;
  /** Rough size on disk after installation. */
  readonly sizeMb: number;
  /** Where the program lies inside the package. */
  readonly binaryPathInPackage: (platform: string) => string;
  /** Come after the program and before the arguments of the settings: what makes it speak our protocol. */
  readonly args?: readonly string[];
  /** The program is a script for Node of at least this major version: run by that, or by our own Bun where there is none. */
  readonly node?: number;
}

/** How it can be seen, without starting anything, whether the vendor's program is signed in. */
export interface SignInProbe {
  /** Variables of which one suffices. */
  readonly variables: readonly string[];
  /** A file that exists once the person signed in: `$<dirVariable>/<name>`, else `~/<dir>/<name>`. */
  readonly file?: { readonly dirVariable: string; readonly dir: string; readonly name: string };
  /** The system keeps the sign-in of this vendor in a keychain on these platforms: there, no file says nothing. */
  readonly keychainOn?: readonly NodeJS.Platform[];
  /** Whether `config` of the settings leads to somebody else's models, which the vendor's sign-in says nothing of. */
  readonly isElsewhere?: (config: Readonly<Record<string, unknown>>) => boolean;
  /** What to do when signed out, in words; `program` is how the vendor's program is called on this computer. */
  readonly hint: (program: string) => string;
}

/** Everything that hub and machine know of a provider; its runner is a program of its own and is not reachable from here. */
export interface ProviderDefinition {
  readonly id: ProviderId;
  readonly label: string;
  readonly description: string;
  readonly capabilities: ProviderCapabilities;
  /** Offered before the live agent has told its own list; the default first. */
  readonly models: readonly ModelInfo[];
  /** What this vendor never asks about, in words for the person. */
  readonly neverAsks?: string;
  /** Names of vendor variables that begin so reach this provider's runner, and no other's. */
  readonly envPrefixes: readonly string[];
  /** Absent: the runner is all there is, nothing to find or install. */
  readonly cli?: VendorCli;
  /** Absent: no sign-in needed. */
  readonly signIn?: SignInProbe;
  /**
   * Gives the adapter, and loads it at the first call, by `require`: only the hub needs it, in the middle of a transaction,
   * and only for the providers whose sessions it has (decision 0026).
   */
  readonly adapter: () => Adapter;
  /** Checks `providers.<id>.config` of the settings; absent: anything goes. What it does not know it should keep (loose). */
  readonly config?: z.ZodType;
  /** Keys of `config` that people set often: each gets a field of its own on screen. */
  readonly configFields?: readonly ConfigField[];
  /** What else may stand in `config`, in words for the person. */
  readonly configHint?: string;
  /** How far this was tried, where the person must be told: `untested with version X`. */
  readonly caveat?: string;
  /** The vendor keeps no conversation that could be resumed: every run is handed what was said so far, from our own log. */
  readonly historyFromLog?: boolean;
  /**
   * `RunOptions.systemPrompt` stands before its conversation, where no compaction reaches it. `eachRun`: as it is at the run's start;
   * `newConversation`: a conversation that is resumed keeps the one it had until it is compacted. Absent: that is not certain.
   */
  readonly systemPrompt?: 'eachRun' | 'newConversation';
  /** What it needs to reach inside the sandbox. Absent: the project alone. */
  readonly sandbox?: SandboxNeeds;
  /** What it can do beside running sessions. Loaded when first needed, on the machine: it may read files and ask servers. */
  readonly services?: () => Promise<ProviderServices>;
  /**
   * A family (`acp`): the agents it knows, those of the settings among them. Each is a provider of its own to people and to the
   * rest of the house, `acp:<name>`; the family itself can't be chosen then. Of the family's definition it overrides what it names.
   */
  readonly variants?: (settings: ProviderSettings | undefined) => readonly ProviderVariant[];
}

/** One agent of a family. */
export interface ProviderVariant
  extends Partial<Omit<ProviderDefinition, 'id' | 'label' | 'variants' | 'adapter' | 'capabilities'>> {
  /** After the colon of its id. */
  readonly name: string;
  readonly label: string;
  readonly capabilities?: Partial<ProviderCapabilities>;
  /** The person's own command line from the settings; it counts instead of `cli`. */
  readonly command?: readonly [string, ...string[]];
  /** Variables from the settings for this agent alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** What its runs are handed of the family's `config`; absent: all of it. Keys of the family's other agents are none of its business. */
  readonly runConfig?: Readonly<Record<string, unknown>>;
}

export function defineProvider(
  definition: Omit<ProviderDefinition, 'id'> & { readonly id: string },
): ProviderDefinition {
  return { ...definition, id: ProviderId.parse(definition.id) };
}
