export { Files } from './files.ts';
export type { RawFileStream } from './raw-file-stream.ts';
