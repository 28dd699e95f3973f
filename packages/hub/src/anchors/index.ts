export { Anchors } from './anchors.ts';
