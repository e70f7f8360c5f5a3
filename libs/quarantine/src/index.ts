export { QuarantineStore } from './quarantine.store.ts';
export { quarantineTable } from './table.ts';
