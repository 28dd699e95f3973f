export { LinkServer } from './link-server.ts';
export { RequestFailed, Requests } from './requests.ts';
