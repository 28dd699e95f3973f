export type { PtyChannel } from './pty-channel.ts';
export { type SpawnTerminal, Terminals } from './terminals.ts';
