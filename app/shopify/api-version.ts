/** The Admin API version of everything: client, webhooks (shopify.app.toml), vendored schema. Changed in this one place, each quarter. */
export const apiVersion = '2026-10';
