import { GroupsFile } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';
import { JsonSyntaxError, jsonPlaces, lineAndColumn } from './json-places.ts';

/** Beyond this it is no file of groups. */
export const MAX_GROUPS_FILE_BYTES = 16 * 1024 * 1024;

/** Reads the text of a groups.json. The error names line and field for the person who edited it. */
export function parseGroups(text: string): Result<GroupsFile, string> {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (error) {
    return err(jsonSyntaxProblem(json, error));
  }
  const version = typeof raw === 'object' && raw !== null && 'version' in raw ? raw.version : undefined;
  if (typeof version === 'number' && version > 1) {
    return err(`it has version ${version}, this agor knows version 1: start the newer agor that wrote it`);
  }
  const parsed = GroupsFile.safeParse(raw);
  if (!parsed.success) return err(issueMessage(json, parsed.error.issues));
  return duplicateId(parsed.data) ?? ok(parsed.data);
}

/** Where a text stops being JSON, and why. */
export function jsonSyntaxProblem(json: string, error: unknown): string {
  try {
    jsonPlaces(json);
  } catch (found) {
    if (!(found instanceof JsonSyntaxError)) throw found;
    const { line, column } = lineAndColumn(json, found.offset);
    return `line ${line}, column ${column}: ${found.message}`;
  }
  // Ours is stricter than the engine's on no point that we know of; then the engine's own words have to do.
  return String(error);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function issueMessage(json: string, issues: readonly Issue[]): string {
  const places = jsonPlaces(json);
  const [first, ...more] = issues;
  if (!first) return 'it is not valid';
  const path = first.path.map(String);
  const { line } = lineAndColumn(json, nearestPlace(places, path));
  const others = more.length > 0 ? ` (and ${more.length} more)` : '';
  return `line ${line}, ${path.length > 0 ? `field ${path.join('.')}` : 'the file'}: ${first.message}${others}`;
}

/** A missing field has no place: that of the object which lacks it. */
function nearestPlace(places: ReadonlyMap<string, number>, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(path.slice(0, length).join('.'));
    if (place !== undefined) return place;
  }
  return 0;
}

function duplicateId(file: GroupsFile): Result<GroupsFile, string> | null {
  const seen = new Set<string>();
  for (const item of file.groups.flatMap((group) => [group, ...group.projects, ...(group.agents ?? [])])) {
    if (seen.has(item.id))
      return err(`the id ${JSON.stringify(item.id)} (${item.name}) is used twice: give each its own`);
    seen.add(item.id);
  }
  return null;
}
