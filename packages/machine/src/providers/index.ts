export { registerProviderRequests } from './requests.ts';
export { vendorCommand } from './vendor-command.ts';
