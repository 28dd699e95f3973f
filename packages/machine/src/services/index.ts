export { registerServiceRequests } from './requests.ts';
