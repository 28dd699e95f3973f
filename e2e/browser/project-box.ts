import { expect, type Locator, type Page } from '@playwright/test';

/** A project's box as a person finds it: by roles and names. */
export class ProjectBox {
  readonly region: Locator;
  readonly composer: Locator;
  readonly transcript: Locator;
  /** What the agent asks and nobody has answered. */
  readonly asks: Locator;
  /** The line that ends a turn: tokens in and out, and the cost where there is one. */
  readonly costLines: Locator;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.region = page.getByRole('region', { name, exact: true });
    this.composer = this.region.getByRole('textbox', { name: `Message ${name}` });
    this.transcript = this.region.getByRole('log', { name: `Conversation with ${name}` });
    this.asks = this.transcript.getByRole('region', { name: /^(Permission|Question|Plan): / });
    this.costLines = this.transcript.getByText(/ in, .* out/);
  }

  async prompt(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
    await expect(this.composer).toHaveValue('');
  }

  /** The card of one ask; the title is what the agent would do. */
  ask(kind: 'Permission' | 'Question' | 'Plan', title: string | RegExp = ''): Locator {
    const name = typeof title === 'string' ? `${kind}: ${title}` : title;
    return this.transcript.getByRole('region', { name });
  }

  /** Presses a button of an ask until it is taken: a card that has only just appeared ignores clicks for a moment. */
  async answer(card: Locator, button: string | RegExp): Promise<void> {
    await expect(card).toBeVisible();
    await expect(async () => {
      if ((await card.count()) > 0) await card.getByRole('button', { name: button }).first().click({ timeout: 500 });
      await expect(card).toBeHidden({ timeout: 500 });
    }).toPass();
  }

  /** The same by keyboard: from the composer to the ask, then the key. */
  async answerByKey(card: Locator, key: string): Promise<void> {
    await expect(card).toBeVisible();
    await this.page.keyboard.press('Control+.');
    await expect(this.composer).not.toBeFocused();
    await expect(async () => {
      if ((await card.count()) > 0) await this.page.keyboard.press(key);
      await expect(card).toBeHidden({ timeout: 500 });
    }).toPass();
  }

  /** Waits for the end of so many turns, as their cost lines tell. */
  async turnsEnded(count: number): Promise<void> {
    await expect(this.costLines).toHaveCount(count);
  }

  /** What the transcript shows, with every run of white space as one. */
  async text(): Promise<string> {
    // biome-ignore lint/performance/useDomNodeTextContent: textContent glues paragraphs together
    const shown = (await this.transcript.innerText()).replace(/\s+/g, ' ').trim();
    // What the end of the last turn offers is no part of the conversation.
    return shown.replace(/ Continue(?: New session)?$/, '');
  }

  /** Chooses from the menu of the box. */
  async menu(item: string): Promise<void> {
    await this.page.getByRole('button', { name: `${this.name}: session menu` }).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** An agent's session of its own for a test: the box is empty then. */
  async newSession(): Promise<void> {
    await this.menu('New session');
    await expect(this.transcript).toBeHidden();
  }
}
