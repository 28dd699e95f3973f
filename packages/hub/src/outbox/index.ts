export { commandFingerprint, DoneCommands } from './done-commands.ts';
export { Outbox, type OutboxEntry } from './outbox.ts';
