import { vendorCli } from './vendor-cli.ts';

/** The path of the real Claude CLI; see `vendorCli`. */
export const claudeCli = (): Promise<string> => vendorCli('claude');
