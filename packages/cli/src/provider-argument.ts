import { ProviderId } from '@agor/protocol';
import { EXIT, Failure } from './failure.ts';

/** A provider as a person wrote it: `claude`, `acp:opencode`. Whether there is such a one is the hub's to say. */
export function providerArgument(text: string): ProviderId {
  const id = ProviderId.safeParse(text);
  if (id.success) return id.data;
  throw new Failure(
    `${JSON.stringify(text)} is no provider's id: ${id.error.issues[0]?.message}. \`agor providers\` lists them.`,
    EXIT.usage,
  );
}
