export { type DeadLetterDesk, openDesk } from './desk.ts';
