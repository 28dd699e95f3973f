import { createInterface } from 'node:readline/promises';
import { type Answer, type Ask, CommandId, newId } from '@agor/protocol';
import { ORPCError } from '@orpc/client';
import { answerFromText } from './answer-text.ts';
import type { Connection } from './connect.ts';
import { cleanLine, renderAsk } from './render.ts';

/**
 * Lets the person answer at the terminal, if there is one. Otherwise says on stderr that the agent waits: any other
 * client may answer, and the stream goes on when it did.
 */
export async function answerInteractively(connection: Connection, ask: Ask, json: boolean): Promise<void> {
  if (json || !process.stdin.isTTY) {
    process.stderr.write(
      `agor: the agent waits for an answer: ${cleanLine(ask.title)}\n  agor answer ${ask.id} ${choicesOf(ask)}\n`,
    );
    return;
  }
  process.stdout.write(`${renderAsk(ask)}\n`);
  // The terminal is read beside the stream: another client may be faster, and then the stream shows it.
  void readAnswer(ask).then((answer) => give(connection, ask, answer));
}

function choicesOf(ask: Ask): string {
  if (ask.kind === 'question') return '<text>';
  return ask.kind === 'plan' ? 'allow|deny|<what to change>' : `allow|${ask.alwaysLabel ? 'always|' : ''}deny`;
}

async function readAnswer(ask: Ask): Promise<Answer> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    while (true) {
      const parsed = answerFromText(ask, await lines.question(`${choicesOf(ask)}: `));
      if (parsed.ok) return parsed.value;
      process.stdout.write(`${parsed.error}\n`);
    }
  } finally {
    lines.close();
  }
}

async function give(connection: Connection, ask: Ask, answer: Answer): Promise<void> {
  try {
    await connection.client.agent.answer({ commandId: newId(CommandId), askId: ask.id, answer, by: 'cli' });
  } catch (error) {
    if (!(error instanceof ORPCError)) throw error;
    process.stderr.write(`agor: ${error.message}\n`);
  }
}
