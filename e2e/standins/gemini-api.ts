import { z } from 'zod';
import { tokensOf } from './anthropic-stream.ts';
import { bareText } from './model-prompt.ts';
import { type Part, type Standing, text, when } from './model-script.ts';
import { type Halt, type ModelApi, piecesOf } from './model-server.ts';

const WirePart = z.looseObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  functionCall: z.looseObject({ name: z.string(), id: z.string().optional() }).optional(),
  functionResponse: z
    .looseObject({ name: z.string(), id: z.string().optional(), response: z.unknown().optional() })
    .optional(),
  inlineData: z.looseObject({ mimeType: z.string(), data: z.string() }).optional(),
});
const Content = z.looseObject({ role: z.string().optional(), parts: z.array(WirePart).default([]) });
const Request = z.looseObject({
  contents: z.array(Content).min(1),
  tools: z
    .array(
      z.looseObject({
        functionDeclarations: z
          .array(
            z.looseObject({
              name: z.string(),
              parametersJsonSchema: z.unknown().optional(),
              parameters: z.unknown().optional(),
            }),
          )
          .optional(),
      }),
    )
    .nullish(),
  generationConfig: z.looseObject({ responseMimeType: z.string().optional() }).nullish(),
});
type Request = z.infer<typeof Request>;

/** What the agent asks the model on its own account wants JSON; an empty object decides nothing. */
const SIDE_QUERIES = [
  when(/^<json>/, [text('{}')]),
  when(/<state_snapshot>|summar(y|ize)[\s\S]*conversation/i, [text('The conversation so far, in one line.')]),
];

const CALL = /\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/;

export const geminiApi: ModelApi = {
  sideQueries: SIDE_QUERIES,
  route: (request, url) => (request.method === 'POST' && CALL.test(url.pathname) ? 'call' : null),
  standing(body, url) {
    const request = Request.safeParse(body);
    if (!request.success) return `request body: ${request.error.issues[0]?.message ?? 'not understood'}`;
    return standingOf(request.data, CALL.exec(url.pathname)?.[1] ?? '');
  },
  refuse: ({ status, message, headers }) =>
    Response.json({ error: { code: status, message, status: nameOf(status) } }, { status, headers: headers ?? {} }),
  whole(parts, body, url) {
    const request = Request.parse(body);
    const what = CALL.exec(url.pathname)?.[2];
    if (what === 'countTokens') return Response.json({ totalTokens: promptTokens(request) });
    if (what === 'streamGenerateContent') return null;
    const wire = parts.flatMap((part) => wireParts(part));
    return Response.json(chunk(wire, request, parts, 'STOP'));
  },
  async *stream(parts, body, halt) {
    yield* streamOf(parts, Request.parse(body), halt);
  },
};

function standingOf({ contents, tools, generationConfig }: Request, model: string): Standing {
  const texts = (content: (typeof contents)[number]) =>
    bareText(content.parts.flatMap((part) => (part.text && !part.thought ? [part.text] : [])));
  const at = contents.findLastIndex((content) => content.role !== 'model' && texts(content) !== '');
  const asked = contents[at];
  const since = contents.slice(at + 1);
  const json = generationConfig?.responseMimeType === 'application/json' ? '<json>' : '';
  return {
    model,
    prompt: json + (asked ? texts(asked) : ''),
    // Two answers of the model never follow each other but for those that were split.
    call: since.filter(({ role }, i) => role === 'model' && since[i - 1]?.role !== 'model').length,
    results: (contents.at(-1)?.parts ?? []).flatMap(({ functionResponse }) =>
      functionResponse ? [{ name: functionResponse.name, text: responseText(functionResponse.response) }] : [],
    ),
    images: (asked?.parts ?? []).flatMap(({ inlineData }) =>
      inlineData
        ? [
            {
              mediaType: inlineData.mimeType,
              bytes: Math.floor((inlineData.data.replace(/=+$/, '').length * 3) / 4),
            },
          ]
        : [],
    ),
    tools: (tools ?? []).flatMap(({ functionDeclarations = [] }) =>
      functionDeclarations.map((tool) => ({ name: tool.name, schema: tool.parametersJsonSchema ?? tool.parameters })),
    ),
  };
}

function responseText(response: unknown): string {
  const output = (response as { output?: unknown } | null)?.output;
  return typeof output === 'string' ? output : JSON.stringify(response ?? '');
}

type Wire = Record<string, unknown>;

function wireParts(part: Part): Wire[] {
  if (part.kind === 'text') return [{ text: part.text }];
  if (part.kind === 'thinking') return [{ text: part.text, thought: true }];
  if (part.kind !== 'toolUse') return [];
  return [{ functionCall: { name: part.name, args: part.input, id: crypto.randomUUID() } }];
}

async function* streamOf(
  parts: readonly Part[],
  request: Request,
  halt: (part: Halt) => Promise<void>,
): AsyncGenerator<string> {
  const sse = (wire: Wire[], finish?: string) => `data: ${JSON.stringify(chunk(wire, request, parts, finish))}\r\n\r\n`;
  for (const part of parts) {
    if (part.kind === 'gate' || part.kind === 'cut') await halt(part);
    else if (part.kind === 'text') {
      for await (const piece of piecesOf(part)) yield sse([{ text: piece }]);
      // A thought comes whole: the real API sends summaries.
    } else yield sse(wireParts(part));
  }
  yield sse([{ text: '' }], 'STOP');
}

function chunk(parts: Wire[], request: Request, answer: readonly Part[], finishReason?: string): Wire {
  const promptTokenCount = promptTokens(request);
  const candidatesTokenCount = tokensOf(JSON.stringify(answer).length);
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(finishReason ? { finishReason } : {}) }],
    usageMetadata: {
      promptTokenCount,
      candidatesTokenCount,
      totalTokenCount: promptTokenCount + candidatesTokenCount,
    },
    modelVersion: 'scripted-model',
    responseId: crypto.randomUUID(),
  };
}

const promptTokens = (request: Request) => tokensOf(JSON.stringify(request.contents).length);

const NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

const nameOf = (status: number) => NAMES[status] ?? 'UNKNOWN';
