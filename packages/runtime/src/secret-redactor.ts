/** How a key that agor was never told of can be told for certain: by how it begins, and how long it goes on. */
interface Shape {
  readonly label: string;
  readonly head: string;
  /** A character class. */
  readonly body: string;
  readonly min: number;
  readonly max: number;
}

const WORD = 'A-Za-z0-9_-';
const ALNUM = 'A-Za-z0-9';
const SHAPES: readonly Shape[] = [
  { label: 'Anthropic key', head: 'sk-ant-', body: WORD, min: 20, max: 256 },
  { label: 'OpenRouter key', head: 'sk-or-v1-', body: WORD, min: 20, max: 256 },
  { label: 'OpenAI key', head: 'sk-proj-', body: WORD, min: 20, max: 256 },
  { label: 'OpenAI key', head: 'sk-', body: ALNUM, min: 40, max: 256 },
  ...['ghp_', 'gho_', 'ghs_', 'ghu_', 'ghr_'].map((head) => ({
    label: 'GitHub token',
    head,
    body: ALNUM,
    min: 30,
    max: 256,
  })),
  { label: 'GitHub token', head: 'github_pat_', body: 'A-Za-z0-9_', min: 30, max: 256 },
  { label: 'GitLab token', head: 'glpat-', body: WORD, min: 20, max: 128 },
  { label: 'Slack token', head: 'xoxb-', body: 'A-Za-z0-9-', min: 20, max: 256 },
  { label: 'Slack token', head: 'xoxp-', body: 'A-Za-z0-9-', min: 20, max: 256 },
  { label: 'AWS key', head: 'AKIA', body: 'A-Z0-9', min: 16, max: 16 },
];
const PRIVATE_KEY = '-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\\s\\S]{1,16384}?-----END [A-Z ]{0,40}PRIVATE KEY-----';
/** What every shape has in it: a text without any of these has none of them. More than `sk-`, or every task-list would be looked through. */
const HINT = /sk-(?:ant-|or-v1-|proj-|[A-Za-z0-9]{40})|gh[opsur]_|github_pat_|glpat-|xox[bp]-|AKIA|PRIVATE KEY-----/;

const MIN_CHARS = 8;

interface Form {
  readonly text: string;
  readonly name: string;
}

/**
 * Replaces the values of known secrets by `[secret: name]`, as they are, in base64 and in URLs, and what is a key for certain by
 * `[secret: kind]`. Nothing else changes. Values may come and go; a text that was given away before they came is not touched any more.
 */
export class SecretRedactor {
  #forms: readonly Form[] = [];
  #names = new Map<string, string>();
  #pattern = patternOf([]);
  /** As in JSON text, once and twice over. */
  #inJson: readonly string[] = [];
  #longest = 0;
  #first = new Set<string>();

  /** How many known values are looked for. */
  get size(): number {
    return this.#names.size;
  }

  /** The longest text that a stream may hold back. */
  get longest(): number {
    return this.#longest;
  }

  /** Values below 8 characters are not looked for: they would be found everywhere. @param secrets name → value */
  set(secrets: Readonly<Record<string, string>>): void {
    const forms = new Map<string, string>();
    for (const [name, value] of Object.entries(secrets)) {
      if (value.trim().length < MIN_CHARS) continue;
      for (const form of formsOf(value)) if (!forms.has(form)) forms.set(form, name);
    }
    this.#names = forms;
    // The longest first: of two that begin alike, the whole one is replaced.
    this.#forms = [...forms].map(([text, name]) => ({ text, name })).sort((a, b) => b.text.length - a.text.length);
    this.#pattern = patternOf(this.#forms.map(({ text }) => text));
    this.#inJson = [...new Set(this.#forms.flatMap(({ text }) => [text, escaped(text), escaped(escaped(text))]))];
    this.#longest = Math.max(0, ...this.#forms.map(({ text }) => text.length));
    this.#first = new Set(this.#forms.map(({ text }) => text[0] as string));
  }

  /** A whole text without secrets. */
  text(text: string): string {
    if (!this.#mayHold(text, this.#forms)) return text;
    return text.replace(this.#pattern, (found, ...groups) =>
      this.#placeholder(found, groups as (string | undefined)[]),
    );
  }

  /** Whether a line of JSON has something to replace; false is certain, true is not. */
  mayHoldJson(json: string): boolean {
    if (HINT.test(json)) return true;
    return this.#inJson.some((form) => json.includes(form));
  }

  /** A copy of a value whose texts, keys among them, are without secrets. */
  value<T>(value: T): T {
    if (typeof value === 'string') return this.text(value) as T;
    if (Array.isArray(value)) return value.map((item) => this.value(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.value(item)])) as T;
  }

  /** A line of JSON, or whatever it is, without secrets. The same string when there was nothing to replace. */
  jsonLine(line: string): string {
    if (!this.mayHoldJson(line)) return line;
    let raw: unknown;
    try {
      raw = JSON.parse(line);
    } catch {
      return this.text(line); // no JSON after all
    }
    return JSON.stringify(this.value(raw));
  }

  /** @internal Of a text that may go on: what is certain by now, and from where on it must wait. */
  certain(text: string): { readonly out: string; readonly rest: string } {
    let out = '';
    let from = 0;
    const pattern = new RegExp(this.#pattern.source, 'g');
    for (;;) {
      const hold = this.#holdFrom(text, from);
      pattern.lastIndex = from;
      const match = pattern.exec(text);
      if (match === null || match.index >= hold) return { out: out + text.slice(from, hold), rest: text.slice(hold) };
      out += text.slice(from, match.index) + this.#placeholder(match[0], match.slice(1));
      from = match.index + match[0].length;
    }
  }

  #placeholder(found: string, groups: readonly (string | undefined)[]): string {
    const name = this.#names.get(found);
    if (name !== undefined) return `[secret: ${name}]`;
    const shape = SHAPES.findIndex((_, index) => groups[index] !== undefined);
    return `[secret: ${SHAPES[shape]?.label ?? 'private key'}]`;
  }

  #mayHold(text: string, forms: readonly Form[]): boolean {
    return HINT.test(text) || forms.some((form) => text.includes(form.text));
  }

  /** The first place from which the text could go on as something to replace; its end when there is none. */
  #holdFrom(text: string, from: number): number {
    const shape = openShape(text, from);
    for (let at = Math.max(from, text.length - this.#longest + 1); at < shape; at++) {
      if (!this.#first.has(text[at] as string)) continue;
      const tail = text.slice(at);
      if (this.#forms.some((form) => form.text.length > tail.length && form.text.startsWith(tail))) return at;
    }
    return shape;
  }
}

/** A text that comes in parts, cut anywhere: gives it on without secrets, holding back no more than could still become one. */
export class RedactedStream {
  #held = '';

  constructor(private readonly redactor: SecretRedactor) {}

  /** What may be given on now. */
  push(part: string): string {
    const { out, rest } = this.redactor.certain(this.#held + part);
    this.#held = rest;
    return out;
  }

  /** What was held back: nothing follows. */
  end(): string {
    const rest = this.redactor.text(this.#held);
    this.#held = '';
    return rest;
  }
}

/** How a value may be written: as it is, in URLs, and in base64 at each of the three places where it may lie in its surroundings. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters that bits of the neighbours have a part in are left out at both ends.
    const begin = before === 0 ? 0 : before + 1;
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    const inner = text.slice(begin, whole);
    return inner.length >= MIN_CHARS + 2 ? [inner, inner.replaceAll('+', '-').replaceAll('/', '_')] : [];
  });
  const trimmed = value.trim();
  return [...new Set([value, trimmed, encoded(value), encoded(trimmed), ...base64])];
}

/** A lone surrogate can't be in a URL. */
function encoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The known values first: their names say more than a shape. Each shape is a group, by whose place it is known. */
function patternOf(values: readonly string[]): RegExp {
  const shapes = SHAPES.map(({ head, body, min, max }) => `(${literal(head)}[${body}]{${min},${max}})`);
  return new RegExp([...values.map(literal), ...shapes, PRIVATE_KEY].join('|'), 'g');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

const LONGEST_SHAPE = 270;
/** The beginnings of shapes at the end of a text: a part of a head, or a head with what followed so far. */
const OPEN_SHAPE = new RegExp(
  SHAPES.map(({ head, body, max }) => {
    const parts = [...head].map((_, length) => literal(head.slice(0, length + 1)));
    return `(?:${[...parts, `${literal(head)}[${body}]{1,${max - 1}}`].join('|')})$`;
  }).join('|'),
);

function openShape(text: string, from: number): number {
  const at = Math.max(from, text.length - LONGEST_SHAPE);
  const found = text.slice(at).search(OPEN_SHAPE);
  return found < 0 ? text.length : at + found;
}
