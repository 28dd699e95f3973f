import type { ErrorClass } from '@agor/protocol';

/** Why an installation did not come about, with what to do; `output` is the end of what npm said. */
export class InstallFailed extends Error {
  override readonly name = 'InstallFailed';
  constructor(
    message: string,
    readonly errorClass: ErrorClass = 'unknown',
    readonly output: readonly string[] = [],
  ) {
    super(output.length > 0 ? `${message}\n${output.join('\n')}` : message);
  }
}

const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/i;
const NO_SPACE = /ENOSPC|no space left|EDQUOT|quota exceeded/i;
const NOT_THERE = /\bE404\b|ETARGET|404 Not Found|No matching version/i;

/** What npm's last lines mean. */
export function readNpmFailure(spec: string, code: number | null, lines: readonly string[]): InstallFailed {
  const said = lines.join('\n');
  if (NO_SPACE.test(said))
    return new InstallFailed(`The disk is full: ${spec} could not be unpacked.`, 'unknown', lines);
  if (NOT_THERE.test(said)) {
    return new InstallFailed(
      `npm's registry does not have ${spec}; check npm's \`registry\` setting.`,
      'unknown',
      lines,
    );
  }
  if (OFFLINE.test(said)) {
    return new InstallFailed('npm cannot reach its registry; check the network and the proxy.', 'network', lines);
  }
  return new InstallFailed(`npm failed with exit code ${code ?? 'unknown'}.`, 'unknown', lines);
}
