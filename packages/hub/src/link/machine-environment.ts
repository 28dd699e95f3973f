import { type AgorPaths, UMASK_VARIABLE } from '@agor/runtime';

/** All that the machine itself needs of whoever starts it first; agents get their environment from the hub's hello. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_HOME',
  'XDG_CONFIG_HOME',
  'AGOR_PROVIDERS_DIR',
  'AGOR_TEST',
  'AGOR_TEST_CTX_DIR',
  'AGOR_TEST_MEMORA_DIR',
  UMASK_VARIABLE,
];

/** The environment of a machine for this data folder. */
export function machineEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  paths: Pick<AgorPaths, 'dataDir' | 'configDir'>,
): Record<string, string> {
  const passed = PASSED.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]));
  return { ...Object.fromEntries(passed), AGOR_DATA_DIR: paths.dataDir, AGOR_CONFIG_DIR: paths.configDir };
}
