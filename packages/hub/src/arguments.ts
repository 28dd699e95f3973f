import { err, ok, type Result } from '@agor/runtime';
import { DEFAULT_PORT } from './server/index.ts';

export interface ServeArguments {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string | undefined;
  readonly configDir: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: agor serve [--port N|0] [--host H] [--data-dir D] [--config-dir C] [--json]

Runs the hub in the foreground. It ends with SIGTERM or Ctrl-C; agents and terminals go on.
  --port N        the port to listen on (default ${DEFAULT_PORT}); 0 takes any free one
  --host H        127.0.0.1 (default), ::1 or localhost
  --data-dir D    where sessions and tokens are kept (AGOR_DATA_DIR)
  --config-dir C  where groups.json is kept (AGOR_CONFIG_DIR)
  --json          print {"url","token","pid","machinePid"} on the first line

AGOR_OTLP_ENDPOINT=URL sends traces and metrics to a collector there, by OTLP over HTTP.
`;

const WITH_VALUE = ['--port', '--host', '--data-dir', '--config-dir'] as const;
type Option = (typeof WITH_VALUE)[number];

/** Reads what stands after `agor serve`. The error is for the person. */
export function parseServeArguments(args: readonly string[]): Result<ServeArguments, string> {
  const values = new Map<Option, string>();
  const flags = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const [name, inline] = splitOption(args[index] ?? '');
    const option = WITH_VALUE.find((one) => one === name);
    if (option !== undefined) {
      const value = inline ?? args[++index];
      if (value === undefined || value === '') return err(`${option} needs a value`);
      values.set(option, value);
    } else if (inline === null && (name === '--json' || name === '--help' || name === '-h')) flags.add(name);
    else return err(`agor serve does not know ${JSON.stringify(args[index])}`);
  }
  const port = parsePort(values.get('--port') ?? String(DEFAULT_PORT));
  if (port === null) return err(`--port takes a number from 0 to 65535, not ${JSON.stringify(values.get('--port'))}`);
  return ok({
    port,
    host: values.get('--host') ?? '127.0.0.1',
    dataDir: values.get('--data-dir'),
    configDir: values.get('--config-dir'),
    json: flags.has('--json'),
    help: flags.has('--help') || flags.has('-h'),
  });
}

function splitOption(text: string): [name: string, inline: string | null] {
  const at = text.startsWith('--') ? text.indexOf('=') : -1;
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : null;
}
