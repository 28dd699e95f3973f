export { type MachineStore, openStore } from './store.ts';
