export interface PageConfig {
  appUrl: string;
  appOrigin: string;
  apiKey: string;
  /** First part of the myshopify.com domain. */
  shopName: string;
}

/** JSON for a `<script type="application/json">`: no sequence in it can end the element or open a comment. */
export function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Headers of every admin page: only its own files run, and only the app may be framed. */
export function adminPageHeaders(appOrigin: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "img-src 'self' data:",
      `frame-src ${appOrigin}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'origin',
  };
}

/** The one document of the admin; everything in it is drawn by `client/main.js`. */
export function adminPage(config: PageConfig): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Sandbox admin</title>
    <link rel="icon" href="/_admin/icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/_admin/admin.css" />
    <script type="application/json" id="admin-config">${jsonForHtml(config)}</script>
    <script type="module" src="/_admin/main.js"></script>
  </head>
  <body>
    <a class="skip-link" href="#main">Skip to content</a>
    <div id="admin"></div>
    <noscript><p>The sandbox admin needs JavaScript.</p></noscript>
  </body>
</html>
`;
}
