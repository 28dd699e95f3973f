export { commandOf, queryOf } from './commands.ts';
export { LinkClient, type LinkClientOptions, LinkRefused } from './link-client.ts';
export { git, TestRepository, write } from './repository.ts';
export { killHard, startTestMachine, stopMachine, type TestMachine, withMachine } from './test-machine.ts';
