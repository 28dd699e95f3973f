export { registerFileRequests } from './requests.ts';
