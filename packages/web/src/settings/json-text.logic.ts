export type JsonObject = Record<string, unknown>;

/** Indented JSON; nothing for an empty object, so that the field shows its placeholder. */
export function jsonText(value: JsonObject): string {
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2);
}

/** Reads what a person wrote as a JSON object, or says what is wrong with it. */
export function readJson(text: string): { ok: true; value: JsonObject } | { ok: false; problem: string } {
  if (text.trim() === '') return { ok: true, value: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ok: true, value: value as JsonObject };
    }
    return { ok: false, problem: 'This must be an object: { "name": value }' };
  } catch (error) {
    return { ok: false, problem: `This is no JSON: ${(error as Error).message}` };
  }
}

/** One argument a line; empty lines don't count. */
export function readLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
