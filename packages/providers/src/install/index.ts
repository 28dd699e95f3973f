export { InstallFailed } from './errors.ts';
export { installNpm, type NpmInstall } from './install-npm.ts';
export { type InstallOptions, installProvider } from './install-provider.ts';
export { platformName } from './platform.ts';
export { programVersion } from './program-version.ts';
export {
  type CliOrigin,
  installedBinary,
  installFolder,
  type ResolvedCli,
  type ResolveOptions,
  resolveCli,
} from './resolve-cli.ts';
