import { existsSync } from 'node:fs';
import type { TestSuggestion } from '@agor/protocol';
import { z } from 'zod';
import { readProjectFile } from '../files/index.ts';

const Package = z.object({ scripts: z.record(z.string(), z.string()).catch({}).default({}) });
/** What npm writes into a new package.json. */
const NO_TESTS = /no test specified/;

/** How a project is tested, by its files. Nothing is run; the surest first. */
export async function suggestTests(root: string): Promise<TestSuggestion[]> {
  const has = (name: string) => existsSync(`${root}/${name}`);
  const found: TestSuggestion[] = [];
  const add = (command: string, from: string) => found.push({ command, from });
  const scripts = packageScripts(await textOf(root, 'package.json'));
  const runner =
    has('bun.lock') || has('bun.lockb')
      ? 'bun run'
      : has('pnpm-lock.yaml')
        ? 'pnpm'
        : has('yarn.lock')
          ? 'yarn'
          : 'npm';
  for (const name of Object.keys(scripts)
    .filter((script) => /^test(?::(?:unit|all|ci))?$/.test(script))
    .sort())
    if (!NO_TESTS.test(scripts[name] ?? ''))
      add(name === 'test' ? `${runner} test` : `${runner === 'npm' ? 'npm run' : runner} ${name}`, 'package.json');
  const python = await textOf(root, 'pyproject.toml');
  if (/\bpytest\b/.test(python) || has('pytest.ini') || has('conftest.py'))
    add(
      has('uv.lock') ? 'uv run pytest' : 'pytest',
      has('pytest.ini') ? 'pytest.ini' : python ? 'pyproject.toml' : 'conftest.py',
    );
  else if (python || has('setup.py')) add('python -m unittest', python ? 'pyproject.toml' : 'setup.py');
  if (has('Cargo.toml')) add('cargo test', 'Cargo.toml');
  if (has('go.mod')) add('go test -json ./...', 'go.mod');
  for (const name of ['Makefile', 'makefile', 'GNUmakefile']) {
    const target = /^(test|check)\s*:(?!=)/m.exec(await textOf(root, name))?.[1];
    if (target) add(`make ${target}`, name);
  }
  if (has('build.gradle') || has('build.gradle.kts'))
    add(has('gradlew') ? './gradlew test' : 'gradle test', 'build.gradle');
  if (has('pom.xml')) add('mvn test', 'pom.xml');
  if (found.length === 0 && has('package.json')) add('node --test', 'package.json');
  return found;
}

async function textOf(root: string, path: string): Promise<string> {
  try {
    const read = await readProjectFile(root, path);
    return read.kind === 'text' ? read.content : '';
  } catch {
    return ''; // not there, or nothing that can be read
  }
}

function packageScripts(text: string): Record<string, string> {
  try {
    return Package.parse(JSON.parse(text)).scripts;
  } catch {
    return {}; // none, or no JSON
  }
}
