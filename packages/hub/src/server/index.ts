export { DEFAULT_PORT } from './listen-address.ts';
export { type HubServer, startServer } from './serve.ts';
