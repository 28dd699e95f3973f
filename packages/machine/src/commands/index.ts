export { CommandLedger, type UnsettledCommand } from './ledger.ts';
