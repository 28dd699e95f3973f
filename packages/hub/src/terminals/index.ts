export type { PtyChannel } from './pty-channel.ts';
export { Terminals } from './terminals.ts';
