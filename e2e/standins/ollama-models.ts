/** The models that the stand-in of Ollama has, each of them one kind that a client must tell apart. */
interface ScriptedModel {
  readonly name: string;
  readonly family: string;
  readonly parameters: string;
  readonly size: number;
  readonly capabilities: readonly string[];
  readonly contextLength: number;
  /** Lines of its Modelfile. */
  readonly modelfile?: string;
}

export const INSTALLED: readonly ScriptedModel[] = [
  {
    name: 'qwen3:8b',
    family: 'qwen3',
    parameters: '8.2B',
    size: 5_225_388_164,
    capabilities: ['completion', 'tools', 'thinking'],
    contextLength: 40_960,
  },
  {
    name: 'gpt-oss:20b',
    family: 'gptoss',
    parameters: '20.9B',
    size: 13_793_441_244,
    capabilities: ['completion', 'tools', 'thinking'],
    contextLength: 131_072,
  },
  {
    name: 'gemma3:4b',
    family: 'gemma3',
    parameters: '4.3B',
    size: 3_338_801_804,
    capabilities: ['completion', 'vision'],
    contextLength: 131_072,
  },
  {
    name: 'llama3.2-vision:11b',
    family: 'mllama',
    parameters: '10.7B',
    size: 7_816_589_186,
    capabilities: ['completion', 'tools', 'vision'],
    contextLength: 131_072,
  },
  {
    name: 'tiny:1b',
    family: 'llama',
    parameters: '1.2B',
    size: 1_321_098_329,
    capabilities: ['completion', 'tools'],
    contextLength: 4_096,
    modelfile: 'temperature 0.6\nnum_ctx 4096',
  },
];

/** Can be fetched: name → sizes of its layers. */
export const FETCHABLE: Readonly<Record<string, readonly number[]>> = {
  'smollm2:135m': [270_000_000, 12_000],
  // Never gets beyond its first layer, until the client hangs up.
  'endless:1b': [1_000_000_000],
};

export function tagOf({ name, family, parameters, size }: ScriptedModel) {
  return {
    name,
    model: name,
    modified_at: '2026-10-01T10:00:00.123456789Z',
    size,
    digest: 'd'.repeat(64),
    details: detailsOf(family, parameters),
  };
}

export function showOf({ family, parameters, capabilities, contextLength, modelfile }: ScriptedModel) {
  return {
    license: 'Apache',
    modelfile: '# Modelfile',
    parameters: modelfile ?? 'temperature 0.6',
    template: '{{ .Prompt }}',
    details: detailsOf(family, parameters),
    model_info: { 'general.architecture': family, [`${family}.context_length`]: contextLength },
    capabilities,
    modified_at: '2026-10-01T10:00:00.123456789Z',
  };
}

function detailsOf(family: string, parameters: string) {
  return {
    parent_model: '',
    format: 'gguf',
    family,
    families: [family],
    parameter_size: parameters,
    quantization_level: 'Q4_K_M',
  };
}

/** A model fetched by a pull: small and with tools. */
export function fetched(name: string): ScriptedModel {
  return {
    name,
    family: 'llama',
    parameters: '135M',
    size: 270_012_000,
    capabilities: ['completion', 'tools'],
    contextLength: 8_192,
  };
}
export type { ScriptedModel };
