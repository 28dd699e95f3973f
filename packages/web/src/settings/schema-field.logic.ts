import type { ValueShape } from '@agor/protocol/describe-settings';

/** What a new entry begins with. */
export function emptyOf(shape: ValueShape): unknown {
  if (shape.nullable) return null;
  switch (shape.kind) {
    case 'text':
      return '';
    case 'number':
      return shape.min ?? 0;
    case 'switch':
      return false;
    case 'choice':
      return shape.options[0] ?? '';
    case 'list':
      return [];
    case 'object':
      return Object.fromEntries(
        shape.fields.filter(({ required }) => required).map(({ name, shape: of }) => [name, emptyOf(of)]),
      );
    case 'record':
    case 'json':
      return {};
  }
}

/** "softUsd" as "Soft usd": a name of the schema as the label of a field. */
export function fieldLabel(name: string): string {
  const words = name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A number as it was typed, or what is wrong with it. An empty field is no value where there may be none. */
export function readNumber(
  text: string,
  shape: ValueShape,
  optional: boolean,
): { readonly value: number | undefined | null } | { readonly problem: string } {
  if (shape.kind !== 'number') return { problem: 'A number' };
  if (text.trim() === '') {
    if (shape.nullable) return { value: null };
    return optional ? { value: undefined } : { problem: rangeText(shape) };
  }
  const value = Number(text);
  const { min = -Infinity, max = Infinity, whole } = shape;
  if (!Number.isFinite(value) || value < min || value > max || (whole && !Number.isInteger(value)))
    return { problem: rangeText(shape) };
  return { value };
}

function rangeText({ whole, min, max }: Extract<ValueShape, { kind: 'number' }>): string {
  const what = whole ? 'A whole number' : 'A number';
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (min !== undefined) return `${what} of ${min} or more`;
  return max === undefined ? what : `${what} of ${max} or less`;
}
