import type { ModelInfo, SessionControl } from '@agor/protocol';
import { ConfigOption, type Models, type Modes, type SessionAnswer, type Update } from './wire.ts';

/** A request to the agent, without its session. */
export interface Change {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const MODE = 'mode';
const CATEGORIES: Readonly<Record<string, SessionControl['category']>> = { mode: 'mode', thought_level: 'thinking' };

/**
 * What an agent offers to choose: modes, models and config options, which overlap. An option counts before the older list of the same thing;
 * models are told as models, everything else as controls.
 */
export class Controls {
  #modes: Modes | null = null;
  #models: Models | null = null;
  #options: ConfigOption[] = [];

  constructor(private readonly version: 1 | 2) {}

  take(answer: SessionAnswer): void {
    this.#modes = answer.modes ?? this.#modes;
    this.#models = answer.models ?? this.#models;
    if (answer.configOptions) this.#takeOptions(answer.configOptions);
  }

  /** A `session/update` about them; whether it was one. */
  update(update: Update): boolean {
    if (update.sessionUpdate === 'config_option_update' && Array.isArray(update.configOptions)) {
      this.#takeOptions(update.configOptions);
      return true;
    }
    const { currentModeId } = update;
    if (update.sessionUpdate !== 'current_mode_update' || typeof currentModeId !== 'string') return false;
    this.#modeIs(currentModeId);
    return true;
  }

  get mode(): string | null {
    return this.#value(this.#option('mode')) ?? this.#modes?.currentModeId ?? null;
  }

  get modeIds(): string[] {
    const option = this.#option('mode');
    return option
      ? choicesOf(option).map(({ value }) => value)
      : (this.#modes?.availableModes.map(({ id }) => id) ?? []);
  }

  get model(): string | null {
    return this.#value(this.#option('model')) ?? this.#models?.currentModelId ?? null;
  }

  get models(): ModelInfo[] {
    const option = this.#option('model');
    if (option) return choicesOf(option).map(({ value, label, description }) => info(value, label, description));
    return (this.#models?.availableModels ?? []).map(({ modelId, name, description }) =>
      info(modelId, name, description),
    );
  }

  get list(): SessionControl[] {
    const options = this.#options.filter((option) => option.category !== 'model');
    const controls = options.map((option) => controlOf(option));
    if (this.#modes && !this.#option('mode')) {
      const { currentModeId: value, availableModes } = this.#modes;
      const choices = availableModes.map(({ id, name, description }) => choice(id, name, description));
      controls.unshift({ id: MODE, label: 'Mode', category: 'mode', value, options: choices });
    }
    return controls;
  }

  setMode(mode: string): Change {
    const option = this.#option('mode');
    if (option && (this.version === 2 || !this.#modes)) return this.#setOption(option, mode);
    return { method: 'session/set_mode', params: { modeId: mode } };
  }

  /** Throws, in words, for a model that is not offered. */
  setModel(model: string): Change {
    const offered = this.models.map(({ id }) => id);
    if (!offered.includes(model))
      throw new Error(
        offered.length === 0
          ? `This agent does not let its model be chosen; "${model}" was asked for.`
          : `This agent does not offer the model "${model}". It offers ${offered.slice(0, 20).join(', ')}.`,
      );
    const option = this.#option('model');
    return option ? this.#setOption(option, model) : { method: 'session/set_model', params: { modelId: model } };
  }

  /** Throws, in words, for a control or a value that is not offered. */
  set(id: string, value: string): Change {
    const control = this.list.find((each) => each.id === id);
    if (!control) throw new Error(`This agent has no control "${id}".`);
    if (!control.options.some((each) => each.value === value))
      throw new Error(
        `"${control.label}" can be ${control.options.map((each) => each.value).join(', ')}, not "${value}".`,
      );
    const option = this.#options.find((each) => idOf(each) === id);
    return !option || option.category === 'mode' ? this.setMode(value) : this.#setOption(option, value);
  }

  /** After the agent took a change. */
  changed(change: Change, answer: unknown): void {
    const { modeId, modelId, configId, value } = change.params;
    if (typeof modeId === 'string') this.#modeIs(modeId);
    if (typeof modelId === 'string' && this.#models) this.#models = { ...this.#models, currentModelId: modelId };
    const told =
      typeof answer === 'object' && answer !== null ? (answer as { configOptions?: unknown }).configOptions : null;
    if (Array.isArray(told)) this.#takeOptions(told);
    else if (typeof value === 'string' || typeof value === 'boolean')
      this.#options = this.#options.map((each) => (idOf(each) === configId ? { ...each, currentValue: value } : each));
  }

  #modeIs(mode: string): void {
    if (this.#modes) this.#modes = { ...this.#modes, currentModeId: mode };
    this.#options = this.#options.map((each) => (each.category === 'mode' ? { ...each, currentValue: mode } : each));
  }

  #setOption(option: ConfigOption, value: string): Change {
    const configId = idOf(option);
    const typed = option.type === 'boolean' ? { type: 'boolean', value: value === 'true' } : { value };
    const version2 = this.version === 2 && option.type !== 'boolean' ? { type: 'id' } : {};
    return { method: 'session/set_config_option', params: { configId, ...version2, ...typed } };
  }

  #takeOptions(options: readonly unknown[]): void {
    this.#options = options.flatMap((each) => {
      const option = ConfigOption.safeParse(each);
      return option.success ? [option.data] : [];
    });
  }

  #option(category: 'mode' | 'model'): ConfigOption | undefined {
    return this.#options.find((option) => option.category === category && option.type === 'select');
  }

  #value(option: ConfigOption | undefined): string | null {
    return option ? String(option.currentValue) : null;
  }
}

function idOf(option: ConfigOption): string {
  return option.configId ?? option.id ?? option.name;
}

function choicesOf({ type, options }: ConfigOption): SessionControl['options'] {
  if (type === 'boolean') return [choice('true', 'On'), choice('false', 'Off')];
  return (options ?? [])
    .flatMap((each) => ('options' in each && Array.isArray(each.options) ? each.options : [each]))
    .map((each) => choice(String((each as { value: unknown }).value), each.name, each.description as string | null));
}

function controlOf(option: ConfigOption): SessionControl {
  const { name: label, description, category, currentValue } = option;
  return {
    id: idOf(option),
    label,
    category: CATEGORIES[category ?? ''] ?? 'other',
    value: String(currentValue),
    options: choicesOf(option),
    ...(description ? { description } : {}),
  };
}

function choice(value: string, label: string, description?: string | null): SessionControl['options'][number] {
  return { value, label, ...(description ? { description } : {}) };
}

function info(id: string, label: string, description?: string | null): ModelInfo {
  return { id, label, ...(description ? { description } : {}) };
}
