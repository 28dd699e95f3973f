import { type Answer, type Ask, AskId, newId, type RunOptions, type SessionId } from '@agor/protocol';
import { RuleBook } from './rules.ts';
import { AskWithdrawn, type NewAsk, type RunnerLine } from './types.ts';

/** Open asks of one session; an agent that asks more at once is told no. */
export const MAX_OPEN_ASKS = 200;

interface Waiting {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
}

/** The asks that wait for an answer, and the rules that may answer before a person does. */
export class OpenAsks {
  readonly #waiting = new Map<AskId, Waiting>();
  readonly #rules = new RuleBook();
  #ending = false;

  constructor(
    private readonly sessionId: SessionId,
    private readonly say: (line: RunnerLine) => void,
  ) {}

  useRules(rules: RunOptions['rules']): void {
    this.#rules.replace(rules);
  }

  /** See `AgentContext.ask`. */
  ask(newAsk: NewAsk, signal?: AbortSignal): Promise<Answer> {
    const byRule = newAsk.kind === 'permission' ? this.#byRule(newAsk) : null;
    if (byRule) return Promise.resolve(byRule);
    if (signal?.aborted) return Promise.reject(new AskWithdrawn('withdrawn before it was asked'));
    if (this.#waiting.size >= MAX_OPEN_ASKS) {
      return Promise.reject(new AskWithdrawn(`more than ${MAX_OPEN_ASKS} asks are open at once`));
    }
    const ask: Ask = { ...newAsk, id: newAsk.id ?? newId(AskId) };
    if (this.#waiting.has(ask.id)) return Promise.reject(new Error(`an ask with the id ${ask.id} is open already`));
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#waiting.delete(ask.id);
        signal?.removeEventListener('abort', withdraw);
      };
      const withdraw = () => {
        settle();
        // An ask of an ending runner is not taken back: it lapses, and the person may still answer it.
        if (!this.#ending) this.#say({ type: 'ask_withdrawn', askId: ask.id, reason: reasonOf(signal) });
        reject(new AskWithdrawn(reasonOf(signal) ?? 'the agent took its question back'));
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      this.#waiting.set(ask.id, {
        ask,
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
      });
      this.#say({ type: 'ask', ask });
    });
  }

  /** See `AgentContext.allowedOnce`. */
  allowedOnce(toolName: string): unknown {
    return this.#rules.allowedOnce(toolName);
  }

  /** Hands over an answer. Returns what is wrong with it, or null. */
  answer(askId: AskId, answer: Answer): string | null {
    const waiting = this.#waiting.get(askId);
    if (!waiting) return `the ask ${askId} is not open: it was answered or withdrawn before`;
    if (answer.kind !== waiting.ask.kind) {
      return `the ask ${askId} wants an answer of the kind "${waiting.ask.kind}", not "${answer.kind}"`;
    }
    this.#say({ type: 'answer_accepted', askId });
    waiting.resolve(answer);
    return null;
  }

  /** From now on nothing is withdrawn: what is open lapses with this process. */
  end(): void {
    this.#ending = true;
  }

  #byRule(ask: Extract<NewAsk, { kind: 'permission' }>): Answer | null {
    const rule = this.#rules.take(ask.toolName, ask.input);
    if (!rule) return null;
    this.#say({ type: 'rule_used', ruleId: rule.id, toolUseId: ask.toolUseId });
    return { kind: 'permission', decision: rule.decision, message: rule.message };
  }

  #say(line: AskLine): void {
    this.say({ ...line, sessionId: this.sessionId } as RunnerLine);
  }
}

type AskLines = Extract<RunnerLine, { type: 'ask' | 'ask_withdrawn' | 'answer_accepted' | 'rule_used' }>;
type AskLine = AskLines extends infer Each ? (Each extends unknown ? Omit<Each, 'sessionId'> : never) : never;

function reasonOf(signal: AbortSignal | undefined): string | undefined {
  return typeof signal?.reason === 'string' ? signal.reason : undefined;
}
