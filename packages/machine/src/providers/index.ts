export { ProviderRequests, type RequestContext } from './requests.ts';
export { type VendorFailure, vendorCommand } from './vendor-command.ts';
