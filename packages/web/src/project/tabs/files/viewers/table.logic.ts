import Papa from 'papaparse';

/** Rows beyond are not shown, and it is said. */
export const MAX_ROWS = 200_000;
const MAX_COLUMNS = 500;
/** Rows that the widths of columns are told from, from all over the table. */
const MEASURED = 200;
const WIDTH_CH = { min: 4, max: 48 };

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: string;
  /** In characters. */
  readonly widths: readonly number[];
  /** What is left out or was not understood, in words; null when all is there. */
  readonly note: string | null;
}

/** A text as a table whose first row names the columns. Comma, semicolon, tab or bar is told by what makes rows of one length. */
export function readTable(text: string, path: string): Table {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const { data, meta, errors } = Papa.parse<string[]>(body, {
    delimiter: /\.(tsv|tab)$/i.test(path) ? '\t' : '',
    delimitersToGuess: [',', ';', '\t', '|'],
    skipEmptyLines: true,
    preview: MAX_ROWS + 2,
  });
  const [header = [], ...all] = data;
  const widest = Math.max(header.length, ...all.slice(0, MEASURED).map((row) => row.length));
  const columns = Math.min(MAX_COLUMNS, widest);
  const rows = all.slice(0, MAX_ROWS);
  const names = Array.from({ length: columns }, (_, at) => header[at]?.trim() || `Column ${at + 1}`);
  const step = Math.max(1, Math.floor(rows.length / MEASURED));
  const sample = rows.filter((_, at) => at % step === 0 || at === rows.length - 1);
  const widths = names.map((name, at) => {
    const longest = Math.max(name.length + 3, ...sample.map((row) => row[at]?.length ?? 0));
    return Math.min(WIDTH_CH.max, Math.max(WIDTH_CH.min, longest)) + 4; // the cell's own space
  });
  const quotes = errors.find(({ type }) => type === 'Quotes');
  const notes = [
    all.length > MAX_ROWS ? `the first ${MAX_ROWS.toLocaleString('en')} rows are shown` : null,
    widest > MAX_COLUMNS ? `the first ${MAX_COLUMNS} of ${widest.toLocaleString('en')} columns are shown` : null,
    quotes ? `a quote is not closed in row ${(quotes.row ?? 0) + 1}` : null,
  ].filter((note) => note !== null);
  return { header: names, rows, delimiter: meta.delimiter, widths, note: notes.join('; ') || null };
}

export interface Order {
  readonly column: number;
  readonly down: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Rows in an order: numbers by value, the rest as words; empty cells last. The rows themselves stay as they are. */
export function sortRows(rows: Table['rows'], { column, down }: Order): Table['rows'] {
  const keyed = rows.map((row) => {
    const text = row[column] ?? '';
    const number = text.trim() === '' ? Number.NaN : Number(text.replace(/,(?=\d{3}\b)/g, ''));
    return { row, text, number };
  });
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.text === '' || b.text === '') return Number(a.text === '') - Number(b.text === '');
    const isNumbers = !Number.isNaN(a.number) && !Number.isNaN(b.number);
    return sign * (isNumbers ? a.number - b.number : collator.compare(a.text, b.text));
  });
  return keyed.map(({ row }) => row);
}
