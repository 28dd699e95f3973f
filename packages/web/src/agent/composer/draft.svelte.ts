import { BlobRef, MAX_PROMPT_IMAGES } from '@agor/protocol';
import { z } from 'zod';
import { refuseImage, uploadImage } from '../blobs.ts';

const PREFIX = 'agor.draft.';
/** Drafts kept in this browser; the ones changed longest ago go first. */
const KEPT = 100;

const Stored = z.object({ text: z.string(), images: z.array(BlobRef).default([]), at: z.number() });

/** What the person has written and not sent, of one session. Kept in this browser, so that a reload loses nothing. */
export class Draft {
  text = $state('');
  images = $state.raw<readonly BlobRef[]>([]);
  /** Images on their way to the hub. */
  uploading = $state(0);
  /** Why an image is not here; the last reason. */
  problem = $state('');

  constructor(
    readonly key: string,
    private readonly storage: Storage = localStorage,
  ) {
    const stored = read(storage, key);
    this.text = stored?.text ?? '';
    this.images = stored?.images ?? [];
  }

  write(text: string): void {
    this.text = text;
    this.#keep();
  }

  /** Adds images, each after the hub has it. */
  async addImages(files: readonly File[]): Promise<void> {
    this.problem = '';
    for (const file of files) {
      const refused = this.#full() ?? refuseImage(file);
      if (refused) this.problem = refused;
      else await this.#upload(file);
    }
  }

  removeImage(image: BlobRef): void {
    this.images = this.images.filter((other) => other !== image);
    this.#keep();
  }

  clear(): void {
    this.text = '';
    this.images = [];
    this.problem = '';
    this.#keep();
  }

  /** Puts back what could not be sent, before what was written since. */
  restore(text: string, images: readonly BlobRef[]): void {
    this.text = [text, this.text].filter((part) => part.trim() !== '').join('\n\n');
    this.images = [...images, ...this.images].slice(0, MAX_PROMPT_IMAGES);
    this.#keep();
  }

  #full(): string | null {
    if (this.images.length + this.uploading < MAX_PROMPT_IMAGES) return null;
    return `A prompt takes ${MAX_PROMPT_IMAGES} images at most.`;
  }

  async #upload(file: File): Promise<void> {
    this.uploading += 1;
    try {
      const ref = await uploadImage(file);
      if (!this.images.some(({ blob }) => blob === ref.blob)) this.images = [...this.images, ref];
      this.#keep();
    } catch (error) {
      this.problem = `${file.name || 'The image'} was not added. ${(error as Error).message}`;
    } finally {
      this.uploading -= 1;
    }
  }

  #keep(): void {
    try {
      if (this.text === '' && this.images.length === 0) this.storage.removeItem(PREFIX + this.key);
      else {
        const stored: z.input<typeof Stored> = { text: this.text, images: [...this.images], at: Date.now() };
        this.storage.setItem(PREFIX + this.key, JSON.stringify(stored));
        forgetOldest(this.storage);
      }
    } catch {
      // Storage is full or off: the draft lives as long as the page.
    }
  }
}

function read(storage: Storage, key: string): z.output<typeof Stored> | null {
  try {
    return Stored.parse(JSON.parse(storage.getItem(PREFIX + key) ?? 'null'));
  } catch {
    // None, or damaged: an empty draft.
    return null;
  }
}

function forgetOldest(storage: Storage): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) =>
    key?.startsWith(PREFIX),
  ) as string[];
  if (keys.length <= KEPT) return;
  const age = (key: string) => read(storage, key.slice(PREFIX.length))?.at ?? 0;
  for (const key of keys.sort((a, b) => age(a) - age(b)).slice(0, keys.length - KEPT)) storage.removeItem(key);
}
