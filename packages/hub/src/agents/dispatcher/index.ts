export { Dispatcher, type StreamItem } from './dispatcher.ts';
export { Intake } from './intake.ts';
