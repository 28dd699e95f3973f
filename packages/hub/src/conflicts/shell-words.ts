/** One simple command of a line: its words without quotes, and the files into which its output goes. A word that only the shell can know is null. */
export interface SimpleCommand {
  readonly words: readonly (string | null)[];
  readonly redirects: readonly (string | null)[];
}

/** Longest line that is looked at, in UTF-16 code units; what comes after is left out. */
const MAX_CHARS = 10_000;

const TOKEN =
  /(?<space>[ \t]+|\\\n)|(?<comment>(?<=^|[\s;&|(])#[^\n]*)|(?<here><<-?\s*(?<quote>['"]?)(?<end>[\w.-]+)\k<quote>)|(?<redirect>(?:\d+|&)?>[>|]?(?!&))|(?<duplicate>\d*[<>]&[\d-]+)|(?<input>\d*<<?<?)|(?<end_of_command>\n|&&|\|\|?&?|;;?|&|[(){}](?=[\s;)]|$)|\()|(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s;&|<>()'"\\])+)|(?<other>.)/gs;

/** Splits a shell line into its simple commands. Reads what agents write, not all of POSIX: what it does not know it leaves out. */
export function simpleCommands(line: string): SimpleCommand[] {
  const text = withoutHereDocuments(line.slice(0, MAX_CHARS));
  const commands: SimpleCommand[] = [];
  let words: (string | null)[] = [];
  let redirects: (string | null)[] = [];
  let next: 'word' | 'redirect' | 'input' = 'word';
  const end = () => {
    if (words.length > 0 || redirects.length > 0) commands.push({ words, redirects });
    words = [];
    redirects = [];
    next = 'word';
  };
  for (const { groups = {} } of text.matchAll(TOKEN)) {
    if (groups.end_of_command !== undefined) end();
    else if (groups.redirect !== undefined) next = 'redirect';
    else if (groups.input !== undefined) next = 'input';
    else if (groups.word !== undefined) {
      if (next === 'redirect') redirects.push(plain(groups.word));
      else if (next === 'word') words.push(plain(groups.word));
      next = 'word';
    }
  }
  end();
  return commands;
}

/** The text between `<<EOF` and `EOF` is data. */
function withoutHereDocuments(text: string): string {
  return text.replace(/(<<-?\s*(['"]?)([\w.-]+)\2([^\n]*))\n[\s\S]*?(?:\n?[ \t]*\3[ \t]*(?=\n|$)|$)/g, '$1');
}

/** Null for a word with a variable, a command or a pattern in it. */
function plain(word: string): string | null {
  let text = '';
  for (const [part] of word.matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^'"\\]+/gs)) {
    if (part.startsWith("'")) text += part.slice(1, -1);
    else if (part.startsWith('\\')) text += part.slice(1);
    else if (/(?<!\\)[$`]/.test(part)) return null;
    else if (part.startsWith('"')) text += part.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
    else if (/[*?[\]{}]/.test(part)) return null;
    else text += part;
  }
  return text;
}
