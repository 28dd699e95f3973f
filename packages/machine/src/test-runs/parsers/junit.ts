import type { TestCase } from '@agor/protocol';
import { placeIn, reportOf, testCase } from './parser.ts';

const SUITE = /^<testsuite\b([^>]*)>/;
const CASE = /^<testcase\b([^>]*?)(\/?)>/;
const WRONG = /<(failure|error)\b([^>]*?)(\/?)>/;

/** JUnit's XML, as most reporters can write it. Null: no test in these files. */
export function parseJunit(files: readonly string[]): ReturnType<typeof reportOf> | null {
  const cases = files.flatMap(casesOf);
  return cases.length > 0 ? reportOf('junit', cases) : null;
}

/** Goes from tag to tag, so that a broken file takes no longer. */
function casesOf(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  let suite: Attributes = {};
  for (const piece of xml.split(/(?=<testcase\b|<testsuite\b)/)) {
    const opened = SUITE.exec(piece);
    if (opened) suite = attributes(opened[1] ?? '');
    const found = CASE.exec(piece);
    if (!found) continue;
    const inside = found[2] ? '' : (piece.slice(found[0].length).split('</testcase>')[0] ?? '');
    cases.push(caseOf(attributes(found[1] ?? ''), inside, suite));
  }
  return cases;
}

function caseOf(of: Attributes, inside: string, suite: Attributes): TestCase {
  const wrong = WRONG.exec(inside);
  const message = wrong ? messageOf(wrong, inside) : '';
  const parts = (of.name ?? '').split(/ (?:>|›) /);
  const named = [of.classname, suite.name].find((name) => /\.(?:[cm]?[jt]sx?|py)$/.test(name ?? ''));
  const known = of.file ?? suite.file ?? named;
  const place = wrong ? placeIn(message) : null;
  const isIn = place && (!known || place.file.endsWith(known) || known.endsWith(place.file));
  const className = of.classname && of.classname !== known ? [of.classname] : [];
  return testCase({
    name: parts.at(-1) ?? '',
    suite: [...className, ...parts.slice(0, -1)],
    file: known ?? place?.file,
    line: (isIn ? place.line : null) ?? (Number(of.line) || null),
    status: wrong ? 'failed' : /<skipped\b/.test(inside) ? 'skipped' : 'passed',
    durationMs: of.time === undefined ? null : Math.max(0, Math.round(Number(of.time) * 1e6) / 1_000 || 0),
    message,
  });
}

function messageOf([tag, kind, attrs, isEmpty]: RegExpExecArray, inside: string): string {
  const head = attributes(attrs ?? '').message ?? '';
  const start = inside.indexOf(tag) + tag.length;
  const body = isEmpty ? '' : textOf(inside.slice(start).split(`</${kind}>`)[0] ?? '');
  return body.includes(head) ? body : `${head}\n${body}`;
}

type Attributes = Record<string, string | undefined>;
function attributes(text: string): Attributes {
  const found = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...found].map(([, name = '', double, single]) => [name, plain(double ?? single ?? '')]));
}

function textOf(xml: string): string {
  return xml
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) => (part.startsWith('<![CDATA[') ? part.slice(9, -3) : plain(part.replace(/<[^>]*>/g, ''))))
    .join('');
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
function plain(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (all, hex, dec, name) => {
    if (name) return NAMED[name] ?? all;
    const code = Number.parseInt(hex ?? dec, hex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
