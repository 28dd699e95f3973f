import { describe, expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentMessage } from '@agor/protocol';
import fc from 'fast-check';
import type { Adapter, AdapterMemory } from '../define.ts';

/** Raw vendor events in the order in which they were journaled. */
export interface Capture {
  readonly name: string;
  readonly events: readonly unknown[];
}

export interface Conformance {
  readonly adapter: Adapter;
  readonly captures: readonly Capture[];
  /** Whether an event may become no message at all, because something else tells the same. Nothing else may be silent. */
  readonly silent: (event: unknown) => boolean;
  /**
   * What people must get of an event, each once in the whole capture and in this order, in the words of `tellings`: `text <text>`, `thinking
   * <text>`, `tool_call <id>`, `tool_result <id>`. Absent: only the number of messages is held.
   */
  readonly wanted?: (event: unknown) => readonly string[];
  /** Events that this vendor does not send yet; those that no vendor would send are always tried. */
  readonly unknown?: readonly unknown[];
  /** Most characters of memory as JSON after many times the captures; it is committed with every event. */
  readonly maxMemoryChars?: number;
}

/** A time that the machine gives to events without one. */
const AT = 1_795_000_000_000;
const REPEATS = 20;
const MAX_MEMORY_CHARS = 256 * 1024;
const NEVER_SEEN: readonly unknown[] = [
  null,
  42,
  'a line',
  [],
  {},
  { type: 'agor_never_seen', uuid: 'u', detail: { deep: [1, 'two'] } },
  { type: '__proto__' },
  { method: 'agor/neverSeen', params: { detail: true } },
];

/** Every `*.ndjson` of a folder as a capture, one event a line. */
export function readCaptures(folder: string, keep: (file: string) => boolean = () => true): Capture[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson') && keep(name));
  return files.sort().map((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
    return { name, events: lines.map((line): unknown => JSON.parse(line)) };
  });
}

/**
 * Declares the tests that hold for every provider's adapter: no message is lost and none doubled, a replay changes nothing, what is not
 * understood is kept raw, and the memory is small JSON. Call it at the top of a test file.
 */
export function adapterConforms(id: string, given: Conformance): void {
  const { adapter, captures, silent, wanted } = given;
  const cases = captures.map(({ name, events }) => [name, events] as const);

  describe(`the adapter of ${id}`, () => {
    test('has captures to be held against', () => expect(captures.length).toBeGreaterThan(0));

    test.each(cases)('%s: every event is told, or is known to say nothing new', (_name, events) => {
      const { perEvent } = adaptAll(adapter, events);
      expect(events.filter((event, index) => perEvent[index]?.length === 0 && !silent(event))).toEqual([]);
    });

    test.each(cases)('%s: the messages are of the contract, and no id comes twice', (_name, events) => {
      const { messages } = adaptAll(adapter, events);
      for (const message of messages) expect(AgentMessage.safeParse(message).error).toBeUndefined();
      expect(doubled(messages.map((message) => message.id))).toEqual([]);
    });

    if (wanted)
      test.each(cases)('%s: no word, thought, call or result is lost, and none comes twice', (_name, events) => {
        const kinds = new Set(events.flatMap((event) => wanted(event)).map((each) => each.split(' ', 1)[0]));
        const told = tellings(adaptAll(adapter, events).messages).filter((each) => kinds.has(each.split(' ', 1)[0]));
        expect(told).toEqual(events.flatMap((event) => [...wanted(event)]));
      });

    test.each(cases)(
      '%s: a replay with the memory from before gives the same, and changes nothing given',
      (_name, events) => {
        let memory = frozen(adapter.initial());
        for (const event of events) {
          const given = frozen(structuredClone(event));
          const first = adapter.adapt(given, memory, AT);
          expect(adapter.adapt(given, memory, AT)).toEqual(first);
          memory = frozen(asJson(first.memory));
        }
      },
    );

    test('the memory is JSON and stays small, however long the session', () => {
      let memory = adapter.initial();
      for (let round = 0; round < REPEATS; round++)
        for (const { events } of captures)
          for (const event of events) {
            memory = adapter.adapt(event, memory, AT).memory;
            if (round === 0) expect(asJson(memory)).toEqual(memory);
          }
      expect(JSON.stringify(memory).length).toBeLessThan(given.maxMemoryChars ?? MAX_MEMORY_CHARS);
    });

    test('what it does not understand is kept raw, each with an id of its own', () => {
      const events = [...NEVER_SEEN, ...(given.unknown ?? [])];
      const { perEvent, messages } = adaptAll(adapter, events);
      const raw = perEvent.map((told) => told.map(({ type, content }) => ({ type, content })));
      expect(raw).toEqual(events.map((event) => [{ type: 'unknown', content: { raw: event } }]));
      expect(doubled(messages.map((message) => message.id))).toEqual([]);
    });

    test('events with fields that are missing or of another type never throw and give messages of the contract', () => {
      const all = captures.flatMap(({ events }) => events);
      fc.assert(
        fc.property(fc.nat(), fc.nat(), fc.jsonValue(), (which, field, value) => {
          const event = broken(all[which % all.length], field, value);
          const { messages } = adapter.adapt(event, adapter.initial(), AT);
          const wrong = messages.find((message) => !AgentMessage.safeParse(message).success);
          if (wrong) throw new Error(`${JSON.stringify(event)} became ${JSON.stringify(wrong)}`);
        }),
        { numRuns: 2_000 },
      );
    });
  });
}

/** What messages tell people, in the words that `Conformance.wanted` uses. A cut text counts as what there is of it. */
function tellings(messages: readonly AgentMessage[]): string[] {
  return messages.flatMap((message) => {
    switch (message.type) {
      case 'text':
      case 'thinking':
        return [`${message.type} ${message.content.text}`];
      case 'tool_call':
      case 'tool_result':
        return [`${message.type} ${message.content.toolUseId}`];
      default:
        return [];
    }
  });
}

function adaptAll(adapter: Adapter, events: readonly unknown[]) {
  let memory = adapter.initial();
  const perEvent = events.map((event) => {
    const adapted = adapter.adapt(event, memory, AT);
    // The hub keeps the memory as JSON between events.
    memory = asJson(adapted.memory);
    return adapted.messages;
  });
  return { perEvent, messages: perEvent.flat() };
}

function asJson(memory: AdapterMemory): AdapterMemory {
  return JSON.parse(JSON.stringify(memory)) as AdapterMemory;
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const each of Object.values(value)) frozen(each);
  }
  return value;
}

function doubled(ids: readonly string[]): string[] {
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}

/** The event with one of its fields, at any depth, missing or replaced. */
function broken(event: unknown, field: number, value: unknown): unknown {
  const copy: unknown = structuredClone(event);
  const places: (() => void)[] = [];
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    const fields = node as Record<string, unknown>;
    for (const key of Object.keys(fields)) {
      places.push(() => void delete fields[key]);
      places.push(() => {
        fields[key] = value;
      });
      walk(fields[key]);
    }
  };
  walk(copy);
  places[field % Math.max(places.length, 1)]?.();
  return copy;
}
