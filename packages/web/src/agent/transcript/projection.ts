import type { AskId, AskState, BodyOf, Prompt, PromptId, SessionControl, SessionEvent } from '@agor/protocol';
import { modeLabel } from '../../settings/permission-modes.ts';
import { MessageRows, ROWS_ABOVE } from './message-rows.ts';
import { type Place, RowList } from './row-list.ts';
import type { PromptRow, Row } from './rows.ts';

/**
 * Events → rows, one event at a time and in order. What an event costs does not depend on how many came before: rows are
 * added at the end or replaced where they stand. The same events give the same rows, however they are cut into batches.
 */
export class Projection {
  readonly #list = new RowList();
  readonly #messages = new MessageRows(this.#list);
  readonly #prompts = new Map<PromptId, Prompt>();
  readonly #promptRows = new Map<PromptId, Place>();
  readonly #asks = new Map<AskId, Place>();
  #limit: Place | null = null;
  #controls: readonly SessionControl[] = [];

  /** The rows so far. The array grows in place: copy it before you keep it. */
  get rows(): readonly Row[] {
    return this.#list.rows;
  }

  /** The ask has its row; one that was opened before these events has none. */
  hasAsk(id: AskId): boolean {
    return this.#asks.has(id);
  }

  /** Where the row of a tool call is that streams now. */
  toolPlace(toolUseId: string): Place | undefined {
    return this.#messages.tools.get(toolUseId);
  }

  add(event: SessionEvent): void {
    this.#apply(event);
    this.#messages.passed(event.at);
  }

  #apply(event: SessionEvent): void {
    const base = { key: `e${event.seq}`, at: event.at };
    const list = this.#list;
    const add = (row: Row) => list.add(row, base.key, null);
    const marker = (text: string) => add({ ...base, kind: 'marker', text });
    switch (event.kind) {
      case 'message':
        this.#messages.add(event.message, event.seq, event.at, this);
        return;
      case 'promptQueued':
        this.#prompts.set(event.prompt.id, event.prompt);
        return;
      case 'promptEdited': {
        const prompt = this.#prompts.get(event.promptId);
        if (prompt) this.#prompts.set(event.promptId, { ...prompt, text: event.text });
        return;
      }
      case 'promptSent':
        this.prompt(event.promptId, event.seq, event.at);
        if (event.anchors) this.#patchPrompt(event.promptId, { anchors: event.anchors });
        return;
      case 'promptDelivered':
        this.#patchPrompt(event.promptId, { delivery: 'delivered' });
        return;
      case 'promptDoubtful':
        this.#patchPrompt(event.promptId, { delivery: 'doubtful', reason: event.reason });
        return;
      case 'promptFailed':
        this.#patchPrompt(event.promptId, { delivery: 'failed', reason: event.message });
        add({ ...base, kind: 'error', message: event.message, class: event.class, retryable: true, retryAt: null });
        return;
      case 'turnStarted':
        if (event.promptId) this.#patchPrompt(event.promptId, { delivery: 'delivered' });
        else marker('The agent went on by itself');
        return;
      case 'turnEnded':
        this.#messages.turnEnded();
        this.#turnEnded(event, marker, add, base);
        return;
      case 'processExited':
        this.#messages.turnEnded(true);
        if (!event.expected) add({ ...base, kind: 'exit', exit: event });
        return;
      case 'settingsChanged':
        if (event.model) this.#messages.model = event.model;
        if (event.model) marker(`Model: ${event.model}`);
        if (event.permissionMode) marker(`From here on: ${modeLabel(event.permissionMode).toLowerCase()}`);
        for (const [id, value] of Object.entries(event.controls ?? {})) marker(this.#controlText(id, value));
        return;
      case 'agentInfo':
        if (event.model) this.#messages.model = event.model;
        this.#controls = event.controls ?? this.#controls;
        return;
      case 'sessionCreated':
        this.#messages.model = event.model ?? null;
        return;
      case 'askOpened':
        this.ask({ ask: event.ask, status: 'open', openedAt: event.at }, event.seq);
        return;
      case 'askAnswered':
        this.patchAsk(event.askId, { status: 'answered', answer: event.answer, answeredBy: event.by });
        return;
      case 'askDelivered':
        this.patchAsk(event.askId, { status: 'delivered' });
        return;
      case 'askLapsed':
        this.patchAsk(event.askId, { status: 'lapsed' });
        return;
      case 'askWithdrawn':
        this.patchAsk(event.askId, { status: 'withdrawn' });
        return;
      case 'retrying':
        this.#retrying(event, base);
        return;
      case 'limited':
        this.#limit = add({ ...base, kind: 'limit', limit: event, lifted: false });
        return;
      case 'limitLifted':
        if (this.#limit) list.patch(this.#limit, 'limit', { lifted: true });
        this.#limit = null;
        return;
      case 'paused':
        marker(`Paused: ${event.reason}`);
        return;
      case 'resumed':
        marker('Goes on');
        return;
      case 'notice':
        add({ ...base, kind: 'notice', notice: event });
        return;
      case 'unknown':
        add({ ...base, kind: 'unknown', raw: event.raw });
        return;
      // Housekeeping: shown by header, queue and state strip, from the session's state.
      case 'promptCancelled':
      case 'processStarted':
      case 'stopRequested':
      case 'health':
      case 'sessionRenamed':
        return;
    }
  }

  /** A prompt goes to the agent: its bubble, or the same one again when it is sent anew. */
  prompt(promptId: PromptId, seq: number, at: number, said?: string): void {
    if (this.#promptRows.has(promptId)) {
      this.#patchPrompt(promptId, { delivery: 'sent', reason: undefined });
      return;
    }
    const prompt = this.#prompts.get(promptId);
    const row: PromptRow = {
      kind: 'prompt',
      key: `p${promptId}`,
      at,
      promptId,
      text: prompt?.text ?? said ?? null,
      images: prompt?.images ?? [],
      source: prompt?.source ?? 'web',
      wake: prompt?.wake,
      delivery: 'sent',
      said: { seq, messageId: promptId },
    };
    this.#promptRows.set(promptId, this.#list.add(row, `e${seq}`, null));
  }

  ask(ask: AskState, seq: number): void {
    if (this.#asks.has(ask.ask.id)) return;
    const row: Row = { kind: 'ask', key: `a${ask.ask.id}`, at: ask.openedAt, ask };
    this.#asks.set(ask.ask.id, this.#list.add(row, `e${seq}`, null));
    this.#messages.waits(ask.ask.toolUseId, true);
    if (ask.ask.kind !== 'permission') this.#messages.hide(ask.ask.toolUseId);
  }

  patchAsk(id: AskId, change: Partial<AskState>): void {
    const place = this.#asks.get(id);
    if (!place) return;
    const { ask } = this.#list.get(place, 'ask');
    this.#list.patch(place, 'ask', { ask: { ...ask, ...change } });
    if (change.status) this.#messages.waits(ask.ask.toolUseId, false);
  }

  #controlText(id: string, value: string): string {
    const control = this.#controls.find((known) => known.id === id);
    const option = control?.options.find((known) => known.value === value);
    return `${control?.label ?? id}: ${option?.label ?? value}`;
  }

  #patchPrompt(promptId: PromptId, change: Partial<PromptRow>): void {
    const place = this.#promptRows.get(promptId);
    if (place) this.#list.patch(place, 'prompt', change);
  }

  #turnEnded(
    event: BodyOf<'turnEnded'>,
    marker: (text: string) => void,
    add: (row: Row) => void,
    base: { key: string; at: number },
  ): void {
    if (event.outcome === 'interrupted') {
      // The vendor's own words for the same just above.
      const cost = this.#list.last('cost', null);
      if (cost) this.#list.patch(cost, 'cost', { errors: [] });
      marker('Interrupted');
    }
    // The process's end tells more, and follows.
    if (event.outcome === 'lost') marker('The turn was cut off');
    if (event.outcome !== 'failed') return;
    const { rows } = this.#list;
    const said = rows
      .slice(-ROWS_ABOVE)
      .some((row) => row.kind === 'error' && (!event.message || row.message === event.message));
    if (said) return;
    const message = event.message ?? 'The turn failed';
    add({ ...base, kind: 'error', message, class: event.class ?? 'unknown', retryable: false, retryAt: null });
  }

  #retrying(event: BodyOf<'retrying'>, base: { key: string; at: number }): void {
    const news = {
      class: event.class,
      attempts: event.attempt,
      maxAttempts: event.maxAttempts,
      message: event.message,
    };
    const before = this.#list.last('retry', null);
    if (before) this.#list.patch(before, 'retry', news);
    else this.#list.add({ ...base, kind: 'retry', ...news }, base.key, null);
  }
}
