export { providerEnvironment } from './provider-environment.ts';
export { Providers } from './providers.ts';
export { ProviderServiceCalls } from './services.ts';
