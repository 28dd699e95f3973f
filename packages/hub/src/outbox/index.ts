export { commandFingerprint, DoneCommands } from './done-commands.ts';
export { Outbox, type OutboxEntry, type OutboxObserver } from './outbox.ts';
