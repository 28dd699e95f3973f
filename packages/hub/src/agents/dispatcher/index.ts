export { Dispatcher, type DispatcherOptions, type StreamItem } from './dispatcher.ts';
export { Intake, type IntakeOptions } from './intake.ts';
