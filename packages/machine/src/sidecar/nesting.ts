/**
 * Whether lists and objects lie in each other deeper than `limit` in a JSON text. Whatever is done with a value later goes down into it call by
 * call (writing it, checking it, drawing it) and fails where the stack ends, so what is too deep is best refused as the text that it still is.
 */
export function isDeeper(json: string, limit: number): boolean {
  // Each level takes a bracket at either end.
  if (json.length <= limit * 2) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfText(json, at);
    else if (char === '[' || char === '{') {
      if (++depth > limit) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}

/** Where the text ends that begins at `from`; the end of everything, where it does not. */
function endOfText(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0;
    while (json[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at;
  }
  return json.length;
}
