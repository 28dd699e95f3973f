export { HubBus, type SessionChange } from './bus.ts';
