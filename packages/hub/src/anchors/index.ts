export { type AnchorCommand, Anchors, type PinInput } from './anchors.ts';
