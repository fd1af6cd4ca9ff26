export { AsyncSlot } from './async-slot';
