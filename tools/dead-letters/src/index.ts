export { type DeadLetterDesk, openDesk } from './desk.ts';
export { askAsOperator, connectOperator } from './operator.ts';
