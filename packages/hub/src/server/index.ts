export { DEFAULT_PORT, listenAddress, urlOf } from './listen-address.ts';
export { type HubServer, type ServerOptions, startServer } from './serve.ts';
export { loadToken } from './token.ts';
