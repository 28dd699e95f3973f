export { DoneCommands } from './done-commands.ts';
export { Outbox } from './outbox.ts';
