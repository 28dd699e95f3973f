import type { Answer, Question } from '@agor/protocol';
import { oneLine } from '../words.ts';
import type { Elicitation, Property } from './ask-schemas.ts';
import type { AskWords } from './ask-words.ts';

const YES = 'Yes';
const NO = 'No';

/** The fields of an MCP server's form as questions; none when all it wants is a yes. */
export function questionsOf({
  requestedSchema,
  message,
}: Elicitation): { readonly key: string; readonly question: Question }[] {
  const fields = Object.entries(requestedSchema?.properties ?? {});
  return fields.map(([key, property]) => {
    const name = property.title ?? key;
    const text = fields.length === 1 && message ? message : (property.description ?? name);
    return {
      key,
      question: {
        // Answers are told apart by the question's text.
        question: fields.some(([other, each]) => other !== key && (each.description ?? each.title ?? other) === text)
          ? `${name}: ${text}`
          : text,
        header: name,
        multiSelect: property.type === 'array',
        options: optionsOf(property),
      },
    };
  });
}

function optionsOf({ type, enum: values, oneOf, items }: Property): Question['options'] {
  if (type === 'boolean') return [{ label: YES }, { label: NO }];
  if (oneOf) return oneOf.map((each) => ({ label: each.const, ...(each.title ? { description: each.title } : {}) }));
  return (values ?? items?.enum ?? []).map((label) => ({ label }));
}

/** The answers as the form's content. */
export function contentOf(
  { requestedSchema }: Elicitation,
  answers: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const entries = Object.entries(requestedSchema?.properties ?? {}).flatMap(([key, { type }]) => {
    const answer = answers[key];
    return answer === undefined ? [] : [[key, fieldValue(type, answer)] as const];
  });
  return Object.fromEntries(entries);
}

function fieldValue(type: string | undefined, answer: string): unknown {
  switch (type) {
    case 'boolean':
      return /^(yes|true|y|1)$/i.test(answer.trim());
    case 'integer':
    case 'number':
      return Number.isNaN(Number(answer)) ? answer : Number(answer);
    case 'array':
      return answer.split(',').map((each) => each.trim());
    default:
      return answer;
  }
}

/** Codex asks in this form, too, before it calls an MCP server's tool; `_meta` says so. */
export function elicitationWords(elicitation: Elicitation): AskWords {
  const { serverName, message, mode, url, _meta: meta } = elicitation;
  const isCall = meta?.codex_approval_kind === 'mcp_tool_call';
  const tool =
    typeof meta?.tool_title === 'string' ? meta.tool_title : typeof meta?.tool_name === 'string' ? meta.tool_name : '';
  const persists = Array.isArray(meta?.persist) && meta.persist.includes('session');
  return {
    toolName: isCall ? `mcp__${serverName}${tool ? `__${tool}` : ''}` : `mcp__${serverName}`,
    title: isCall && tool ? `Use ${tool} of ${serverName}` : oneLine(message || `Answer ${serverName}`),
    ...(isCall && tool && message ? { description: message } : {}),
    input: isCall ? (meta?.tool_params ?? {}) : { message, ...(mode === 'url' && url ? { url } : {}) },
    ...(isCall && persists
      ? {
          alwaysLabel: `Always allow exactly this call of ${tool || serverName} in this project`,
          alwaysScope: 'input' as const,
        }
      : {}),
  };
}

/** The person's word to an elicitation without questions. */
export function elicitationAnswer(answer: Answer) {
  const allowed = answer.kind === 'permission' && answer.decision !== 'deny';
  const always = answer.kind === 'permission' && answer.decision === 'always';
  return {
    action: allowed ? ('accept' as const) : ('decline' as const),
    content: allowed ? {} : null,
    _meta: always ? { persist: 'session' } : null,
  };
}
