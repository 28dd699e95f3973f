import { EXIT, Failure } from './failure.ts';

/** A value as it was typed on the command line. Throws `Failure`, as wrong usage, when it is no JSON. */
export function jsonArgument(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    const example = `'"mocha"', 14 or '{"enabled":true}'`;
    throw new Failure(`The value must be JSON, for example ${example}; it was: ${json}`, EXIT.usage);
  }
}
