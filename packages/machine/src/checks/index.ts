export { registerCheckRequests } from './requests.ts';
export { isCheck } from './run-check.ts';
