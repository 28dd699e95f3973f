export { DesktopTeller, type Environment, findDesktop } from './desktop/index.ts';
export { Notifier } from './notifier.ts';
