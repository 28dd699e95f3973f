import { expect, test } from 'vitest';
import { inOrder, visible } from './visible.ts';

test('what hides or turns the order of a command around is named', () => {
  expect(visible('rm -rf \u202e/ eroc# \u2066x\u2069')).toBe('rm -rf ⟨U+202E⟩/ eroc# ⟨U+2066⟩x⟨U+2069⟩');
  expect(visible('cat a\u200bb\ufeff\u{e0041}')).toBe('cat a⟨U+200B⟩b⟨U+FEFF⟩⟨U+E0041⟩');
});

test('scripts that are written from right to left, and joined emoji, stay as they are', () => {
  const text = 'مرحبا שלום 👩‍💻 नमस्ते';
  expect(visible(text)).toBe(text);
});

test('in prose only what turns the order around is named', () => {
  expect(inOrder('soft\u00adhyphen \u202eabc')).toBe('soft\u00adhyphen ⟨U+202E⟩abc');
});
