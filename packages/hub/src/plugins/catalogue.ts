import { dirname, join } from 'node:path';
import { Catalogue, CatalogueEntry, MAX_CATALOGUE_BYTES } from '@agor/protocol';
import { rejected } from '../failure.ts';
import { type Fetch, readSource } from './fetch-package.ts';

type Offered = CatalogueEntry & { source: string };

/** What a catalogue (a file, or an https URL) offers. Throws `Failure` REJECTED when it is none. */
export async function readCatalogue(source: string, fetcher?: Fetch): Promise<{ entries: Offered[]; wrong: string[] }> {
  const bytes = await readSource(source, MAX_CATALOGUE_BYTES, fetcher);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw rejected(`The catalogue is no JSON: ${(error as Error).message}`);
  }
  const file = Catalogue.safeParse(json);
  if (!file.success) throw rejected('This is no catalogue of plugins: {"version": 2, "plugins": […]} is expected.');
  const entries: Offered[] = [];
  const wrong: string[] = [];
  for (const [n, one] of file.data.plugins.entries()) {
    const entry = CatalogueEntry.safeParse(one);
    if (entry.success) entries.push({ ...entry.data, source: placeOf(entry.data.download_url, source) });
    else wrong.push(`entry ${n + 1}: ${entry.error.issues[0]?.path.join('.')}: ${entry.error.issues[0]?.message}`);
  }
  return { entries, wrong };
}

/** Relative ones lie beside the catalogue. */
function placeOf(url: string, catalogue: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  return catalogue.includes('://') ? new URL(url, catalogue).href : join(dirname(catalogue), url);
}
