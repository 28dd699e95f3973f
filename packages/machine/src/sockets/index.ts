export { BoundSockets } from './bound-sockets.ts';
