/** Where a value stands in a JSON text: path ("groups.0.name") to offset. */
export type Places = ReadonlyMap<string, number>;

/** The text is no JSON. `offset` is where that was noticed. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_DEPTH = 100;

/**
 * Finds out where the values of a JSON text stand: `JSON.parse` tells the people who edited the file by hand neither the line of a
 * mistake nor that of a wrong value. Throws `JsonSyntaxError`.
 */
export function jsonPlaces(text: string): Places {
  const places = new Map<string, number>();
  let at = 0;

  const fail = (message: string): never => {
    throw new JsonSyntaxError(at, message);
  };
  const space = () => {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
  };
  const expect = (char: string, after: string) => {
    if (text[at] !== char) fail(`expected "${char}" ${after}, found ${found(text, at)}`);
    at++;
  };
  const token = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0] ?? null;
    if (match !== null) at += match.length;
    return match;
  };
  const string = (): string => {
    const raw = token(STRING) ?? fail(`expected a text in double quotes, found ${found(text, at)}`);
    return JSON.parse(raw);
  };
  const value = (path: string, depth: number): void => {
    if (depth > MAX_DEPTH) fail(`more than ${MAX_DEPTH} levels deep`);
    space();
    places.set(path, at);
    if (text[at] === '{') object(path, depth);
    else if (text[at] === '[') array(path, depth);
    else if (text[at] === '"') string();
    else if (token(LITERAL) === null) fail(`expected a value, found ${found(text, at)}`);
    space();
  };
  const skip = (char: string): boolean => {
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const object = (path: string, depth: number): void => {
    at++;
    space();
    if (skip('}')) return;
    do {
      space();
      const key = string();
      space();
      expect(':', 'after a name');
      value(path === '' ? key : `${path}.${key}`, depth + 1);
    } while (skip(','));
    expect('}', 'or "," after a value');
  };
  const array = (path: string, depth: number): void => {
    at++;
    space();
    if (skip(']')) return;
    let index = 0;
    do {
      value(path === '' ? String(index) : `${path}.${index}`, depth + 1);
      index++;
    } while (skip(','));
    expect(']', 'or "," after a value');
  };

  value('', 0);
  if (at < text.length) fail(`nothing may follow the end, found ${found(text, at)}`);
  return places;
}

/** Lines and columns count from 1, as in editors. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function found(text: string, at: number): string {
  return at >= text.length ? 'the end of the file' : JSON.stringify(text.slice(at, at + 12).split('\n')[0]);
}
