export { RequestFailed, type RequestSession, Requests } from './requests.ts';
