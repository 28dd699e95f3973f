import { readIfThere } from '../project-files.ts';
import { edit, look, read, type ToolOutcome, write } from '../tools.ts';
import type { DemoTurn } from '../turn.ts';
import { describeImages } from './work.ts';

const README_NAMES = ['README.md', 'README', 'readme.md', 'Readme.md'];
const TITLE_CHARS = 80;

/**
 * What a real agent would do with a small request, with real files and commands but no understanding: looks around, proposes a note in the
 * README, asks, writes, sums up.
 */
export async function plainTurn(turn: DemoTurn): Promise<void> {
  const request = turn.prompt.text.trim().split('\n')[0]?.slice(0, TITLE_CHARS) ?? '';
  await turn.think(
    `The person asks: "${request}". I follow a script, so I cannot really understand it. I will look at the project, propose a small change, and ask before I write.`,
  );
  if (turn.images.length > 0) await describeImages(turn);
  await turn.say('I will look at the project first.');
  const readme = await firstOf(turn, README_NAMES);
  if (readme) await read(turn, readme);
  const manifest = await readIfThere(turn.cwd, 'package.json');
  if (manifest !== null) await read(turn, 'package.json');
  const inGit = (await look(turn, 'git status --short --branch')).exitCode === 0;
  if (!inGit) await look(turn, 'ls -A');
  const changed = readme ? await noteInReadme(turn, readme, request) : await newNote(turn, request);
  await turn.say(summary({ changed, readme, manifest, inGit }));
}

async function noteInReadme(turn: DemoTurn, readme: string, request: string): Promise<ToolOutcome> {
  const text = (await readIfThere(turn.cwd, readme)) ?? '';
  const line = text.split('\n').find((each) => each.trim() !== '');
  if (line === undefined) return write(turn, readme, note(request));
  await turn.say(`I would put a note under the first line of \`${readme}\`.`);
  return edit(turn, readme, line, `${line}\n\n> Asked of the demo agent: ${request}`);
}

async function newNote(turn: DemoTurn, request: string): Promise<ToolOutcome> {
  await turn.say('There is no README here, so I would begin one.');
  return write(turn, 'README.md', note(request));
}

function note(request: string): string {
  return `# Notes\n\n> Asked of the demo agent: ${request}\n`;
}

async function firstOf(turn: DemoTurn, names: readonly string[]): Promise<string | null> {
  for (const name of names) if ((await readIfThere(turn.cwd, name)) !== null) return name;
  return null;
}

function summary(seen: {
  readonly changed: ToolOutcome;
  readonly readme: string | null;
  readonly manifest: string | null;
  readonly inGit: boolean;
}): string {
  const file = seen.readme ?? 'README.md';
  const done = seen.changed.isError ? `I left \`${file}\` as it was: ${seen.changed.output}` : `I changed \`${file}\`.`;
  return [
    done,
    '',
    `- README: ${seen.readme ? `\`${seen.readme}\`` : 'none before'}`,
    `- package: ${packageName(seen.manifest)}`,
    `- git: ${seen.inGit ? 'a repository' : 'no repository'}`,
    '',
    'I am a script without a model. Type `help` to see what else I can show.',
  ].join('\n');
}

function packageName(manifest: string | null): string {
  if (manifest === null) return 'none';
  try {
    const parsed: unknown = JSON.parse(manifest);
    const name = typeof parsed === 'object' && parsed && 'name' in parsed ? parsed.name : undefined;
    return typeof name === 'string' ? `\`${name}\`` : 'without a name';
  } catch {
    // Whatever is wrong with the person's package.json is worth a word, not a failure.
    return 'its package.json is no valid JSON';
  }
}
