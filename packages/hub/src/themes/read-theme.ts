import { ThemeFile } from '@agor/protocol';
import { err, ok, type Result } from '@agor/runtime';

/** A theme from the text of its file; else what is wrong, in words that name the field. */
export function readTheme(text: string): Result<ThemeFile, string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return err(`it is not JSON: ${(error as Error).message}`);
  }
  const read = ThemeFile.safeParse(json);
  if (read.success) return ok(read.data);
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  return err(wrong.slice(0, MAX_TOLD).join('; '));
}

/** Mistakes that are told of one file. */
const MAX_TOLD = 5;
