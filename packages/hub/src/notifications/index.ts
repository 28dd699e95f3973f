export { DesktopTeller, findDesktop } from './desktop/index.ts';
export { Notifier } from './notifier.ts';
