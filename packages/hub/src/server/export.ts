import type { Exporter } from '../export/index.ts';
import { Failure } from '../failure.ts';
import { dataHeaders } from './headers.ts';

/** `GET /export/<session>.<format>` as a download; null for any other address. */
export function getExport(exporter: Pick<Exporter, 'fromUrl'>, request: Request): Response | null {
  try {
    const file = exporter.fromUrl(new URL(request.url));
    if (!file) return null;
    const headers = {
      ...dataHeaders(),
      'content-type': file.type,
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${file.name}"`,
    };
    return new Response(request.method === 'HEAD' ? null : file.body, { headers });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const headers = { ...dataHeaders(), 'content-type': 'text/plain; charset=utf-8' };
    return new Response(`${error.message}\n`, { status: 404, headers });
  }
}
