import { newId, PromptId, type SessionId } from '@agor/protocol';
import type { App } from '../../state/app.svelte.ts';
import type { Box } from '../../state/boxes.ts';
import type { Draft } from './draft.svelte.ts';
import type { FirstSettings } from './first-settings.ts';
import { skillCall, skillPrompt } from './skills.logic.ts';
import type { SuggestMenu } from './suggest-menu.svelte.ts';

/** What is to be sent, and where; read when it is. */
export interface SendPlace {
  readonly box: Box;
  readonly sessionId: SessionId | null;
  readonly draft: Draft;
  readonly first: FirstSettings;
  readonly menu: SuggestMenu;
}

/** Sends what stands in a composer. A skill's text is put into the field first, so that it is seen before it goes. */
export class Sender {
  /** The skill whose text stands in the field now, and what was written before it came. */
  expanded = $state.raw<{ readonly name: string; readonly before: string } | null>(null);

  constructor(
    private readonly app: App,
    private readonly place: () => SendPlace,
  ) {}

  /** Returns whether the prompt left the field. */
  async send(delivery: 'queue' | 'steer'): Promise<boolean> {
    const traced = this.app.tracing.begin();
    if (this.expanded === null && (await this.#expand())) return false;
    const { box, sessionId, draft: sending, first } = this.place();
    const { text, images } = sending;
    // A second Enter while the skills were looked for: the first one has sent it.
    if (text.trim() === '' && images.length === 0) return false;
    const prompt = {
      id: newId(PromptId),
      text,
      images: images.map((ref) => ({ kind: 'blob' as const, ref })),
      source: 'web' as const,
      ...traced,
    };
    const to = sessionId
      ? { sessionId }
      : { ...(box.projectId ? { projectId: box.projectId } : { cwd: box.cwd }), ...first };
    sending.clear();
    this.expanded = null;
    const { prompts, workspace } = this.app;
    void prompts.send(sending.key, { ...to, prompt, delivery }).then((sent) => {
      if (sent.ok && !sessionId) workspace.show(box.key, sent.sessionId);
      // What was taken back is in the field already.
      else if (!sent.ok && sent.refused) sending.restore(text, images);
    });
    return true;
  }

  /** The person wrote on: from an empty field nothing can be taken back. */
  typed(): void {
    if (this.place().draft.text.trim() === '') this.expanded = null;
  }

  /** Puts back what was written before the skill's text came. */
  takeBack(): void {
    if (this.expanded) this.place().draft.write(this.expanded.before);
    this.expanded = null;
  }

  /** Whether a skill was called and its text now stands in the field (or could not be read: then the person was told). */
  async #expand(): Promise<boolean> {
    const { box, draft, menu } = this.place();
    const before = draft.text;
    if (!before.startsWith('/')) return false;
    const provider = menu.skillsOf;
    if (!provider) return false;
    await menu.skills.load(provider, box.projectId);
    const call = skillCall(before, menu.skills.all);
    if (!call) return false;
    const read = await this.app.commands.run('skill:read', `The skill ${call.skill.name} was not read`, (_, options) =>
      this.app.client.providers.readSkill(
        { provider, path: call.skill.sourcePath, ...(box.projectId ? { projectId: box.projectId } : {}) },
        options,
      ),
    );
    if (read.ok && draft.text === before) {
      draft.write(skillPrompt(read.value.text, call.args));
      this.expanded = { name: call.skill.name, before };
    }
    return true;
  }
}
