export { Files } from './files.ts';
