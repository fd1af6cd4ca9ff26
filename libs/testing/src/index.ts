export { FaultyProxy } from './faulty-proxy';
