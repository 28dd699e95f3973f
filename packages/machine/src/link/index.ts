export { type LinkDeps, LinkServer } from './link-server.ts';
export { type RequestContext, RequestFailed, type RequestMethod, Requests } from './requests.ts';
