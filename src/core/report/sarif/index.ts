export { markedRows, offsetsOf } from './results';
export { type SarifInput, sarifFailedRun, sarifLog, sarifRun } from './run';
