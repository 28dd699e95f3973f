export { BlobSweeper } from './blob-sweeper.ts';
export { sweepBlobs } from './sweep-blobs.ts';
