import { z } from 'zod';
import type { ToolOutcome } from './tool.ts';

const Result = z.looseObject({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ type: z.string() })).optional(),
  structuredContent: z.unknown().optional(),
});
const TextPart = z.object({ type: z.literal('text'), text: z.string() });
const ResourcePart = z.object({ type: z.literal('resource'), resource: z.object({ text: z.string() }) });

/** An MCP tool's result as a text for the model; what is no text is named. */
export function mcpOutput(raw: unknown): ToolOutcome {
  const result = Result.safeParse(raw);
  if (!result.success) return { output: JSON.stringify(raw) };
  const { content = [], isError = false, structuredContent } = result.data;
  const texts = content.map((part) => {
    const text = TextPart.safeParse(part);
    if (text.success) return text.data.text;
    const resource = ResourcePart.safeParse(part);
    return resource.success ? resource.data.resource.text : `[${part.type}]`;
  });
  if (texts.length === 0 && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent));
  return { output: texts.join('\n') || '(no output)', isError };
}
