export { type ProviderRequestDeps, registerProviderRequests } from './requests.ts';
export { type VendorFailure, vendorCommand } from './vendor-command.ts';
