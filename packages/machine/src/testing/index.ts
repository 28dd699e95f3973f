export { commandOf, queryOf } from './commands.ts';
export { LinkClient, type LinkClientOptions, LinkRefused } from './link-client.ts';
export { killHard, startTestMachine, type TestMachine } from './test-machine.ts';
