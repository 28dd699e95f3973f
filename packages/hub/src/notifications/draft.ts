import type { Notification } from '@agor/protocol';

/** Something that the person is to be told. */
export interface Draft extends Pick<Notification, 'type' | 'level' | 'title' | 'projectId' | 'sessionId'> {
  readonly body?: string;
  readonly taskId?: string;
  /** What happened: the same is told once. */
  readonly key: string;
}

const MAX_TITLE = 200;
const MAX_BODY = 300;

/** In one line, so that it can be read at a glance. */
export function titleOf({ title }: Draft): string {
  return short(title, MAX_TITLE) || 'agor';
}

export function bodyOf({ body = '' }: Draft): string {
  return short(body, MAX_BODY);
}

/** The beginning of a text, without line breaks. */
export function short(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}
