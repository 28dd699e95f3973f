import type { ProviderServices } from '../services.ts';

export const codexServices: ProviderServices = {};
