export { HubBus, type HubTopics, type SessionChange } from './bus.ts';
