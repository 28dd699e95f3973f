export { Random } from './random.ts';
export { type Serving, World, type WorldOptions } from './world.ts';
