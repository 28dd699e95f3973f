export { passedOn, type TraceparentOf, traceparentOf } from './span-ids.ts';
