/** What was said is cut here, in UTF-16 code units: a span is no transcript. */
const MAX_CHARS = 8_192;

/** Puts what was said into attributes, if the person asked for that; secrets are taken out. */
export class Content {
  constructor(
    private readonly wanted: boolean,
    private readonly redact: (text: string) => string,
  ) {}

  /** The attribute, or none. @param value gives the text, or something that is written as JSON */
  of(name: string, value: () => unknown): Record<string, string> {
    if (!this.wanted) return {};
    const said = value();
    const text = typeof said === 'string' ? said : JSON.stringify(said ?? null);
    return { [name]: this.redact(text).slice(0, MAX_CHARS) };
  }

  /** One message, as the conventions write a list of them. */
  message(name: string, role: 'user' | 'assistant', text: () => string): Record<string, string> {
    return this.of(name, () => [
      { role, parts: [{ type: 'text', content: this.redact(text()).slice(0, MAX_CHARS / 2) }] },
    ]);
  }
}

/** agor's own switch, or the one of the conventions. */
export function wantsContent(env: Readonly<Record<string, string | undefined>>): boolean {
  return (
    env.AGOR_OTLP_CONTENT === '1' || env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT?.toLowerCase() === 'true'
  );
}
