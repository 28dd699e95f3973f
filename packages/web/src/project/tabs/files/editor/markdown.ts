import { markdown } from '@codemirror/lang-markdown';
import type { LanguageSupport } from '@codemirror/language';

/** Longer paragraphs have no colours within, in characters: the parser's time grows with the square of one, and it stops for nothing. */
const MAX_PARAGRAPH = 10_000;

/** Markdown as the editor knows it, whatever somebody wrote to make the window stand still. */
export function boundedMarkdown(): LanguageSupport {
  return markdown({
    extensions: {
      parseInline: [
        {
          name: 'LongParagraph',
          before: 'Escape',
          parse: (paragraph) => (paragraph.end - paragraph.offset > MAX_PARAGRAPH ? paragraph.end : -1),
        },
      ],
    },
  });
}
