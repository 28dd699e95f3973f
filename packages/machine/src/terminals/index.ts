export { registerTerminalRequests } from './requests.ts';
