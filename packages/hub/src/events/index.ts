export { type CountedTurn, HubBus, type HubTopics, type SessionChange } from './bus.ts';
