import { z } from 'zod';
import { lineDiff } from '../../line-diff.ts';
import { consentToChange } from './file-consent.ts';
import type { Located } from './place.ts';
import { readText, writeText } from './text-file.ts';
import { defineTool, ToolRefusal } from './tool.ts';

const Input = z.object({
  file_path: z.string().min(1).describe('Path of the file'),
  old_string: z.string().min(1).describe('The exact text to replace, with its white space, as the file has it'),
  new_string: z.string().describe('The text to put in its place'),
  replace_all: z.stringbool().or(z.boolean()).optional().describe('Replace every place where the text stands'),
});
type Input = z.infer<typeof Input>;

export const editTool = defineTool({
  name: 'Edit',
  description:
    'Replaces one exact text in a file by another. The text must stand in the file exactly once, unless replace_all is true. Read the file first.',
  kind: 'edit',
  readOnly: false,
  schema: Input,
  aliases: {
    path: 'file_path',
    file: 'file_path',
    filePath: 'file_path',
    oldString: 'old_string',
    newString: 'new_string',
    old_text: 'old_string',
    new_text: 'new_string',
  },
  title: ({ file_path: path }, place) => (typeof path === 'string' ? place.shown(path) : undefined),
  // What can't be done is not asked for.
  consent: async (input, place) => {
    const located = await place.locate(input.file_path);
    replaced(await textIn(located), input, located);
    return consentToChange('Edit', located);
  },
  run: async (input, { place }) => {
    // Read again: the person may have taken an hour to answer.
    const located = await place.locate(input.file_path);
    const before = await textIn(located);
    const after = replaced(before, input, located);
    await writeText(located, after);
    const diff = lineDiff(located.shown, before, after);
    return { output: `Edited ${located.shown}.`, diffs: diff ? [diff] : [] };
  },
});

async function textIn(located: Located): Promise<string> {
  const text = await readText(located);
  if (text === null) throw new ToolRefusal(`There is no file ${located.shown}. Use Write to create it.`);
  return text;
}

function replaced(text: string, input: Input, { shown }: Located): string {
  const { oldText, newText } = withLineEndsOf(text, input);
  const count = text.split(oldText).length - 1;
  if (count === 0)
    throw new ToolRefusal(
      `old_string does not stand in ${shown}. Read the file and copy the text exactly, with its white space.`,
    );
  if (oldText === newText) throw new ToolRefusal('old_string and new_string are the same: nothing would change.');
  if (count > 1 && !input.replace_all)
    throw new ToolRefusal(
      `old_string stands in ${shown} ${count} times. Give more of the text around it, or set replace_all.`,
    );
  return text.replaceAll(oldText, () => newText);
}

/** Models write \n, whatever the file has. */
function withLineEndsOf(text: string, input: Input): { readonly oldText: string; readonly newText: string } {
  const { old_string: oldText, new_string: newText } = input;
  if (text.includes(oldText) || !text.includes('\r\n')) return { oldText, newText };
  const windows = (each: string) => each.replace(/\r?\n/g, '\r\n');
  return { oldText: windows(oldText), newText: windows(newText) };
}
