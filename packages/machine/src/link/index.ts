export { LinkServer } from './link-server.ts';
