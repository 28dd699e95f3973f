export { registerTestRequests } from './requests.ts';
