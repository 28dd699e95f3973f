import { z } from 'zod';

/**
 * Nominal ids. On the wire they are plain strings; the brand keeps a project's id from being passed where a session's is meant.
 * Make one with `SessionId.parse(text)`, or a fresh one with `newId(SessionId)`.
 */
const id = <Brand extends string>() => z.string().min(1).max(200).brand<Brand>();

export const GroupId = id<'GroupId'>();
export type GroupId = z.infer<typeof GroupId>;
export const ProjectId = id<'ProjectId'>();
export type ProjectId = z.infer<typeof ProjectId>;
/** One conversation with one agent: agor's own id, never the vendor's. */
export const SessionId = id<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;
export const PromptId = id<'PromptId'>();
export type PromptId = z.infer<typeof PromptId>;
export const TurnId = id<'TurnId'>();
export type TurnId = z.infer<typeof TurnId>;
export const AskId = id<'AskId'>();
export type AskId = z.infer<typeof AskId>;
/** Made by whoever sends a command that changes something; the same id is done once. */
export const CommandId = id<'CommandId'>();
export type CommandId = z.infer<typeof CommandId>;
export const MachineId = id<'MachineId'>();
export type MachineId = z.infer<typeof MachineId>;
export const PtyId = id<'PtyId'>();
export type PtyId = z.infer<typeof PtyId>;
export const SshConnectionId = id<'SshConnectionId'>();
export type SshConnectionId = z.infer<typeof SshConnectionId>;
/** A piece of streamed output while it is still growing (architecture §5.1, open blocks). */
export const BlockId = id<'BlockId'>();
export type BlockId = z.infer<typeof BlockId>;
/** `claude`, or one of a family's agents: `acp:opencode`. */
export const ProviderId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}(:[a-z0-9][a-z0-9._-]{0,63})?$/,
    'a provider id is lower-case letters, digits and dashes; an agent of a family follows after a colon, as in acp:opencode',
  )
  .brand<'ProviderId'>();
export type ProviderId = z.infer<typeof ProviderId>;

/** `acp` of `acp:opencode`: the folder that knows how, and the settings `providers.<family>`. */
export function providerFamily(id: ProviderId): ProviderId {
  return id.split(':', 1)[0] as ProviderId;
}
/** `opencode` of `acp:opencode`; null for a provider that is one agent. */
export function providerVariant(id: ProviderId): string | null {
  const colon = id.indexOf(':');
  return colon < 0 ? null : id.slice(colon + 1);
}

/** A fresh random id of the given kind. */
export function newId<Id extends { parse(value: string): unknown }>(kind: Id): ReturnType<Id['parse']> {
  return kind.parse(crypto.randomUUID()) as ReturnType<Id['parse']>;
}
