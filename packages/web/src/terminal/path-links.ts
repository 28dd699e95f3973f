import type { IBufferLine, ILink, ILinkProvider, Terminal } from '@xterm/xterm';
import { type PrintedPath, printedPaths } from './paths.logic.ts';

/** A file of the project that was printed. */
export interface FoundPath {
  /** From the project's root on. */
  readonly path: string;
  readonly isDir: boolean;
  readonly line: number | null;
  readonly column: number | null;
}

/** Asks where a printed path leads; null: nowhere in the project. */
export type Locate = (path: string) => Promise<{ path: string; isDir: boolean } | null>;

/** Rows that a wrapped line may have to be looked through. */
const MAX_ROWS = 40;
const KEPT = 200;
const KEPT_MS = 5_000;

export interface PathLinkEvents {
  activate(event: MouseEvent, found: FoundPath): void;
  hover(text: string | null): void;
}

/** Makes links of the paths in the line under the pointer, of those that are there. Asked anew after some seconds: files come and go. */
export class PathLinks implements ILinkProvider {
  readonly #kept = new Map<string, { at: number; answer: ReturnType<Locate> }>();

  constructor(
    private readonly terminal: Terminal,
    private readonly locate: Locate,
    private readonly on: PathLinkEvents,
  ) {}

  provideLinks(y: number, callback: (links: ILink[] | undefined) => void): void {
    const row = wholeLine(this.terminal, y - 1);
    const paths = printedPaths(row.text).filter((path) => row.touches(path, y));
    if (paths.length === 0) {
      callback(undefined);
      return;
    }
    Promise.all(paths.map((path) => this.#link(path, row))).then(
      (links) => callback(links.filter((link) => link !== null)),
      // Without the machine nobody knows which paths are there: then none is a link.
      () => callback(undefined),
    );
  }

  async #link(printed: PrintedPath, row: WholeLine): Promise<ILink | null> {
    const found = await this.#ask(printed.path);
    if (!found) return null;
    const { line, column } = printed;
    const where = `${found.path || '.'}${line === null ? '' : `:${line}`}`;
    return {
      text: row.text.slice(printed.start, printed.end),
      range: { start: row.at(printed.start), end: row.at(printed.end - 1) },
      activate: (event) => this.on.activate(event, { ...found, line, column }),
      hover: () => this.on.hover(`Ctrl+click shows ${where}`),
      leave: () => this.on.hover(null),
    };
  }

  #ask(path: string): ReturnType<Locate> {
    const known = this.#kept.get(path);
    if (known && performance.now() - known.at < KEPT_MS) return known.answer;
    const answer = this.locate(path);
    this.#kept.delete(path);
    this.#kept.set(path, { at: performance.now(), answer });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return answer;
  }
}

/** A line with the rows that it was wrapped into; knows which cell each of its characters stands in. */
interface WholeLine {
  readonly text: string;
  at(index: number): { x: number; y: number };
  /** Whether the path has a part in row `y` (from 1 on). */
  touches(path: PrintedPath, y: number): boolean;
}

function wholeLine({ buffer: { active }, cols }: Terminal, row: number): WholeLine {
  let first = row;
  while (first > 0 && row - first < MAX_ROWS && active.getLine(first)?.isWrapped) first -= 1;
  let text = '';
  const cells: { x: number; y: number }[] = [];
  for (let y = first; y - first < MAX_ROWS; y++) {
    const line = active.getLine(y);
    if (!line || (y > first && !line.isWrapped)) break;
    for (const { chars, x } of cellsOf(line, cols)) {
      text += chars;
      for (let i = 0; i < chars.length; i++) cells.push({ x: x + 1, y: y + 1 });
    }
  }
  const at = (index: number) => cells[index] ?? { x: 1, y: row + 1 };
  return { text, at, touches: ({ start, end }, y) => at(start).y <= y && at(end - 1).y >= y };
}

function* cellsOf(line: IBufferLine, cols: number): Iterable<{ chars: string; x: number }> {
  for (let x = 0; x < cols; x++) {
    const cell = line.getCell(x);
    // The second half of a wide character has no width of its own.
    if (cell && cell.getWidth() > 0) yield { chars: cell.getChars() || ' ', x };
  }
}
