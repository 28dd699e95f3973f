export { openPtyChannel, type PtyChannel } from './pty-channel.ts';
export { Terminals, type TerminalsOptions } from './terminals.ts';
