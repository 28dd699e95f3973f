import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** How many lines could not be written so far (a full disk); the next line that can be says so. */
  readonly lost: number;
  close(): void;
}

export interface LoggerOptions {
  /** The program or part that speaks. */
  readonly name: string;
  /** Appended to, created with mode 0600; stderr without it. */
  readonly file?: string;
  readonly level?: LogLevel;
  /** Keeps known secrets out of each line. */
  readonly redact?: (line: string) => string;
  /** At this size the file becomes `<file>.1`, replacing an older one. */
  readonly maxBytes?: number;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const MAX_LINE_CHARS = 16_384;
const MAX_DEPTH = 6;
const STDERR = 2;

/** Writes lines `time level name message {json}`. Never throws: a log that cannot be written must not stop what it tells about. */
export function createLogger(options: LoggerOptions): Logger {
  const { name, file, level = 'info', maxBytes = DEFAULT_MAX_BYTES, redact: clean = asItIs } = options;
  const sink = new Sink(file, maxBytes);
  const threshold = LEVELS.indexOf(level);
  const at = (lineLevel: LogLevel) => (message: string, fields?: LogFields) => {
    if (LEVELS.indexOf(lineLevel) >= threshold) sink.write(clean(formatLine(lineLevel, name, message, fields)));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    get lost() {
      return sink.lost;
    },
    close: () => sink.close(),
  };
}

const asItIs = (line: string): string => line;

class Sink {
  lost = 0;
  #unsaid = 0;
  #fd = -1;
  #size = 0;

  constructor(
    private readonly file: string | undefined,
    private readonly maxBytes: number,
  ) {}

  write(line: string): void {
    try {
      this.#prepare(Buffer.byteLength(line));
      if (this.#unsaid > 0) {
        this.#append(formatLine('warn', 'log', `${this.#unsaid} lines could not be written`));
        this.#unsaid = 0;
      }
      this.#append(line);
    } catch {
      // Nowhere left to say it but in the next line that can be written.
      this.lost++;
      this.#unsaid++;
    }
  }

  close(): void {
    if (this.#fd > STDERR) closeSync(this.#fd);
    this.#fd = -1;
  }

  #prepare(bytes: number): void {
    if (this.#fd < 0) this.#open();
    if (this.file === undefined || this.#size === 0 || this.#size + bytes <= this.maxBytes) return;
    this.close();
    renameSync(this.file, `${this.file}.1`);
    this.#open();
  }

  #open(): void {
    this.#fd = this.file === undefined ? STDERR : openSync(this.file, 'a', 0o600);
    this.#size = this.file === undefined ? 0 : fstatSync(this.#fd).size;
  }

  #append(line: string): void {
    this.#size += writeSync(this.#fd, line);
  }
}

function formatLine(level: LogLevel, name: string, message: string, fields?: LogFields): string {
  const head = `${new Date().toISOString()} ${level} ${name} ${oneLine(message)}`;
  const line = fields === undefined ? head : `${head} ${toJson(fields)}`;
  return `${line.length > MAX_LINE_CHARS ? `${line.slice(0, MAX_LINE_CHARS)}…` : line}\n`;
}

/** A message may quote what an agent wrote: it must not forge lines of its own or move the reader's cursor. */
function oneLine(message: string): string {
  return message.replace(/\p{Cc}/gu, (char) => JSON.stringify(char).slice(1, -1));
}

function toJson(fields: LogFields): string {
  try {
    return JSON.stringify(redact(fields));
  } catch (error) {
    return JSON.stringify({ unprintable: String(error) });
  }
}

const SECRET_KEY = /token(?!s)|secret|passw|passphrase|authori[sz]ation|api[-_]?key|private[-_]?key|credential|cookie/i;

/** A copy whose values under secret-looking keys are replaced by `[redacted]`; errors become their name, message and code. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) {
    const { name, message, stack } = value;
    return { name, message, ...('code' in value ? { code: value.code } : {}), stack };
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRET_KEY.test(key) ? '[redacted]' : redact(item, depth + 1)]),
  );
}
