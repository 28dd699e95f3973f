import { createHash } from 'node:crypto';
import type { CommandId } from '@agor/protocol';

/**
 * The id of what a command creates. Made from the command's id, so that the same command, repeated after its answer was lost, even to
 * another run of the hub, finds what it made the first time instead of making it again.
 */
export function idFrom(kind: 'group' | 'project' | 'agent', command: CommandId): string {
  const hex = createHash('sha256').update(`${kind}\n${command}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
