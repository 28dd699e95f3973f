export { HubBus, type HubTopic, type HubTopics, type SessionChange } from './bus.ts';
export { Problems } from './problems.ts';
