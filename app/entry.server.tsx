import { PassThrough } from 'node:stream';
import { createReadableStreamFromReadable, type EntryContext, type HandleErrorFunction } from '@remix-run/node';
import { isRouteErrorResponse, RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { I18nextProvider } from 'react-i18next';
import { logger } from './core/logger.ts';
import { loadCatalogue } from './locales/catalogues.ts';
import { createMessages } from './locales/messages.ts';
import { localeOfRequest } from './routes/_shared/locale.server.ts';
import { addDocumentResponseHeaders } from './shopify.server.ts';

// The web process finds its other doors in the build, beside the pages.
export * from './doors.ts';

export const streamTimeout = 5_000;

/** What a loader or an action threw and nobody expected. Remix itself would print it past our logger, with whatever it holds. */
export const handleError: HandleErrorFunction = (error, { request }) => {
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  logger.error({ error, path: new URL(request.url).pathname }, 'A page failed');
};

/** Writes a document: the shop's security headers, then the page in the language of the admin. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  context: EntryContext,
): Promise<Response> {
  addDocumentResponseHeaders(request, headers);
  headers.set('Content-Type', 'text/html; charset=utf-8');
  const locale = localeOfRequest(request);
  const messages = createMessages(locale, await loadCatalogue(locale));
  const whole = isbot(request.headers.get('user-agent'));
  return new Promise((resolve, reject) => {
    let answered = false;
    let finalStatus = status;
    const answer = (): void => {
      answered = true;
      const body = new PassThrough();
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: finalStatus }));
      pipe(body);
    };
    const { pipe, abort } = renderToPipeableStream(
      <I18nextProvider i18n={messages}>
        <RemixServer context={context} url={request.url} abortDelay={streamTimeout} />
      </I18nextProvider>,
      {
        ...(whole ? { onAllReady: answer } : { onShellReady: answer }),
        onShellError: reject,
        onError(error) {
          finalStatus = 500;
          if (answered) logger.error({ error, path: new URL(request.url).pathname }, 'A page broke while it was being written');
        },
      },
    );
    setTimeout(abort, streamTimeout + 1_000).unref();
  });
}
