/** One simple command of a line: its words without quotes, and the files into which its output goes. A word that only the shell can know is null. */
export interface SimpleCommand {
  readonly words: readonly (string | null)[];
  readonly redirects: readonly (string | null)[];
  /** The subshells in which it runs, the outermost first: what changes in one ends with it. */
  readonly subshells: readonly number[];
  /** Commands in `$(…)` or backticks of its words. */
  readonly inner: readonly string[];
}

/** Longest line that is looked at, in UTF-16 code units; what comes after is left out. */
const MAX_CHARS = 10_000;
/** Subshells within subshells that are told apart. */
const MAX_SUBSHELLS = 50;

const TOKEN =
  /(?<space>[ \t]+|\\\r?\n)|(?<comment>(?<=^|[\s;&|(])#[^\n]*)|(?<here><<-?\s*(?<quote>['"]?)(?<end>[\w.-]+)\k<quote>)|(?<pipe>[<>]\()|(?<redirect>(?:\d+|&)?>{1,2}[>|]?(?!&[\d-]))|(?<duplicate>\d*[<>]&[\d-]+)|(?<input>\d*<<?<?)|(?<open>\()|(?<close>\))|(?<end_of_command>\r?\n|&&|\|\|?&?|;;?|&|[{}](?=[\s;)&|]|$))|(?<word>(?:\$'(?:\\.|[^'\\])*'|'[^']*'|"(?:\\.|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|\\.|[^\s;&|<>()'"\\`])+)|(?<other>.)/gs;
const PART = /\$'(?:\\.|[^'\\])*'|'[^']*'|"(?:\\.|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|\\.|[^'"\\`$]+|\$/gs;
const SUBSTITUTION = /\$\(((?:[^()]|\([^()]*\))*)\)|`([^`]*)`/gs;

/** Splits a shell line into its simple commands. Reads what agents write, not all of POSIX: what it does not know it leaves out. */
export function simpleCommands(line: string): SimpleCommand[] {
  const text = withoutHereDocuments(line.slice(0, MAX_CHARS));
  const commands: SimpleCommand[] = [];
  const subshells: number[] = [];
  let words: (string | null)[] = [];
  let redirects: (string | null)[] = [];
  let inner: string[] = [];
  let next: 'word' | 'redirect' | 'input' = 'word';
  let last = 0;
  const end = () => {
    if (words.length > 0 || redirects.length > 0) commands.push({ words, redirects, inner, subshells: [...subshells] });
    words = [];
    redirects = [];
    inner = [];
    next = 'word';
  };
  for (const { groups = {} } of text.matchAll(TOKEN)) {
    if (groups.open !== undefined || groups.pipe !== undefined) {
      end();
      if (subshells.length < MAX_SUBSHELLS) subshells.push(++last);
    } else if (groups.close !== undefined) {
      end();
      subshells.pop();
    } else if (groups.end_of_command !== undefined) end();
    else if (groups.redirect !== undefined) next = 'redirect';
    else if (groups.input !== undefined) next = 'input';
    else if (groups.word !== undefined) {
      inner.push(...substituted(groups.word));
      if (next === 'redirect') redirects.push(plain(groups.word));
      else if (next === 'word') words.push(plain(groups.word));
      next = 'word';
    }
  }
  end();
  return commands;
}

/** The text between `<<EOF` and `EOF` is data. Of several documents of one line, one after the other. */
function withoutHereDocuments(text: string): string {
  const out: string[] = [];
  const ends: { readonly word: string; readonly mayIndent: boolean }[] = [];
  for (const line of text.split('\n')) {
    const [waiting] = ends;
    if (waiting) {
      if ((waiting.mayIndent ? line.replace(/^\t+/, '') : line).trimEnd() === waiting.word) ends.shift();
      continue;
    }
    out.push(line);
    for (const [, dash, , word] of line.matchAll(/(?<!<)<<(-?)\s*(['"]?)([\w.-]+)\2/g))
      if (word !== undefined && ends.length < 20) ends.push({ word, mayIndent: dash === '-' });
  }
  return out.join('\n');
}

/** Commands whose output the word is made of; what stands in single quotes is text. */
function substituted(word: string): string[] {
  if (!/[$`]/.test(word)) return [];
  return [...word.replace(/'[^']*'/g, '').matchAll(SUBSTITUTION)].map(([, round, back]) => round ?? back ?? '');
}

/** Null for a word with a variable, a command or a pattern in it. */
function plain(word: string): string | null {
  let text = '';
  for (const [part] of word.matchAll(PART)) {
    if (part.startsWith("'")) text += part.slice(1, -1);
    else if (part.startsWith("$'")) text += part.slice(2, -1).replace(/\\(.)/gs, '$1');
    else if (part.startsWith('\\')) text += part.slice(1);
    else if (part.startsWith('$') || part.startsWith('`') || /(?<!\\)[$`]/.test(part)) return null;
    else if (part.startsWith('"')) text += part.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
    else if (/[*?[\]{}]/.test(part)) return null;
    else text += part;
  }
  return text;
}
