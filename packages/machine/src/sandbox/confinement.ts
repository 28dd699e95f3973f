import type { RunOptions, SandboxStatus, SessionId } from '@agor/protocol';
import type { ProviderDefinition } from '@agor/providers';
import type { Planted } from './planted.ts';

type Env = Readonly<Record<string, string>>;

export interface ConfineRequest {
  readonly sessionId: SessionId;
  readonly provider: ProviderDefinition | undefined;
  readonly options: RunOptions;
  /** The runner's whole environment and command, as they would be without a sandbox. */
  readonly env: Env;
  readonly command: readonly string[];
}

/** How a runner is to be started, and what is to be done when it has ended. */
export interface Confinement {
  readonly status: SandboxStatus;
  /** Ours confines it: the vendor's own sandbox must be off. */
  readonly confined: boolean;
  readonly command: readonly string[];
  readonly env: Env;
  /** Handed to the process as its descriptors 3, 4…; closed by who starts it. */
  readonly descriptors: readonly number[];
  /** Its mounts are made: from here on others may clear away what this start found. Sooner or later implied by `release`. */
  started(): void;
  /** The processes that live in the sandbox now, whatever they did to get away from their parents. */
  members(): number[];
  /** Puts in order what the run left behind. Call it when nothing of the runner lives any more. Never rejects. */
  release(): Promise<Planted[]>;
}
