export { createDemo, type DemoMade } from './create-demo.ts';
