export { HubBus, type HubTopic, type HubTopics, type SessionChange } from './bus.ts';
