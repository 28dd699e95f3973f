/** Numbers in [0, 1), always the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  'agent branch change commit diff file green hub issue journal key link machine note plan queue run test turn view'.split(
    ' ',
  );

/** `chars` characters of words; every language's letters now and then, because a stream must survive them. */
export function seededText(random: () => number, chars: number): string {
  let text = '';
  while (text.length < chars) {
    const pick = random();
    text +=
      pick < 0.02
        ? 'größer '
        : pick < 0.03
          ? '日本 '
          : pick < 0.04
            ? '🙂 '
            : `${WORDS[Math.floor(random() * WORDS.length)]} `;
  }
  // A cut through a surrogate pair would be no text any more.
  const cut = text.slice(0, chars);
  return /[\uD800-\uDBFF]$/.test(cut) ? `${cut.slice(0, -1)}.` : cut;
}
