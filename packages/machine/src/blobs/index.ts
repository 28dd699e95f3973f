export { externalise } from './externalise.ts';
export { BlobStore } from './store.ts';
