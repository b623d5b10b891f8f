/**
 * What extensions' tests run in instead of Shopify admin: an `i18n` over the catalogues, an app that answers from a list, and as much of a document as
 * Preact needs to draw elements with attributes, texts and listeners.
 */
import { readFileSync } from 'node:fs';
import { options, render, type ComponentChild } from 'preact';
import type { I18n } from './messages.ts';

export type Locale = 'en' | 'de';
type Catalogue = { [key: string]: string | Catalogue };

/** An extension's messages; `extension` is the name of its folder. */
export function readCatalogue(extension: string, locale: Locale): Catalogue {
  const file = locale === 'en' ? 'en.default.json' : `${locale}.json`;
  return JSON.parse(readFileSync(new URL(`../../${extension}/locales/${file}`, import.meta.url), 'utf8')) as Catalogue;
}

/** Translates as Shopify does: dotted keys, `{{blanks}}`, `one` and `other` by `count`. Throws on a key that isn't there and on a blank left open. */
export function i18nOf(extension: string, locale: Locale): I18n {
  const catalogue = readCatalogue(extension, locale);
  return {
    translate: (key, blanks = {}) => {
      const found = key
        .split('.')
        .reduce<string | Catalogue | undefined>((node, step) => (typeof node === 'object' ? node[step] : undefined), catalogue);
      const form = new Intl.PluralRules(locale).select(Number(blanks['count'] ?? 0));
      const text = typeof found === 'object' && 'count' in blanks ? (found[form] ?? found['other']) : found;
      if (typeof text !== 'string') throw new Error(`No message "${key}" in ${locale}`);
      return text.replace(/\{\{(\w+)\}\}/g, (_, blank: string) => {
        if (!(blank in blanks)) throw new Error(`Message "${key}" lacks ${blank}`);
        return String(blanks[blank]);
      });
    },
    formatDate: (date, options) => new Intl.DateTimeFormat(locale, options).format(date),
  };
}

class FakeNode {
  parentNode: FakeNode | null = null;
  childNodes: FakeNode[] = [];
  readonly nodeType: number;

  constructor(nodeType: number) {
    this.nodeType = nodeType;
  }
  get firstChild(): FakeNode | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): FakeNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  insertBefore(child: FakeNode, before: FakeNode | null): FakeNode {
    child.parentNode?.removeChild(child);
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    return child;
  }
  appendChild(child: FakeNode): FakeNode {
    return this.insertBefore(child, null);
  }
  removeChild(child: FakeNode): FakeNode {
    this.childNodes.splice(this.childNodes.indexOf(child), 1);
    child.parentNode = null;
    return child;
  }
  contains(other: FakeNode | null): boolean {
    return other !== null && (other === this || this.contains(other.parentNode));
  }
  get text(): string {
    return this.childNodes.map(({ text }) => text).join('');
  }
}

class FakeText extends FakeNode {
  data: string;

  constructor(data: string) {
    super(3);
    this.data = data;
  }
  override get text(): string {
    return this.data;
  }
}

/** An element as Preact drew it. */
export class FakeElement extends FakeNode {
  readonly localName: string;
  readonly attributes: Record<string, string> = {};
  readonly namespaceURI = 'http://www.w3.org/1999/xhtml';
  /** Its presence tells Preact that `onClick` is the event `click`, as on the real `s-button`. */
  onclick: null = null;
  readonly listeners: Record<string, (event: { type: string }) => void> = {};

  constructor(localName: string) {
    super(1);
    this.localName = localName;
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes[name] = String(value);
  }
  removeAttribute(name: string): void {
    delete this.attributes[name];
  }
  addEventListener(type: string, listener: (event: { type: string }) => void): void {
    this.listeners[type] = listener;
  }
  removeEventListener(type: string): void {
    delete this.listeners[type];
  }
  click(): void {
    this.listeners['click']?.call(this, { type: 'click' });
  }
  all(tag: string): FakeElement[] {
    return this.childNodes.flatMap((child) =>
      child instanceof FakeElement ? [...(child.localName === tag ? [child] : []), ...child.all(tag)] : [],
    );
  }
}

const fakeDocument = {
  createElementNS: (_: string, tag: string) => new FakeElement(tag),
  createTextNode: (text: string) => new FakeText(text),
};

/** How the app answers: one entry per request, the last one for all that follow. An Error is thrown, as a lost connection does. */
export type AppAnswer = { status?: number; body: unknown } | Error | 'never';

export interface Host {
  root: FakeElement;
  asked: { method: string; url: string; body?: unknown }[];
  /** Lets everything that waits for an answer, for a pause or for Preact happen. */
  settle: () => Promise<void>;
  button: (label: string) => FakeElement;
  leave: () => void;
  /** Draws it once more, with other properties. */
  draw: (view: ComponentChild) => void;
}

export function appOf(answers: AppAnswer[]): { request: typeof fetch; asked: Host['asked'] } {
  const asked: Host['asked'] = [];
  const request: typeof fetch = (input, init) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    const body = typeof init?.body === 'string' ? { body: JSON.parse(init.body) as unknown } : {};
    asked.push({ method: init?.method ?? 'GET', url: String(input), ...body });
    if (!answer) throw new Error('The app has no answer');
    if (answer === 'never') return new Promise(() => undefined);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(Response.json(answer.body, { status: answer.status ?? 200 }));
  };
  return { request, asked };
}

/** No time passes between looks. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** An empty extension; `draw` shows something in it. */
export function openHost(answers: AppAnswer[]): Host & { request: typeof fetch } {
  Object.assign(globalThis, { document: fakeDocument });
  // there are no frames to wait for
  options.requestAnimationFrame = (callback) => setTimeout(callback, 0);
  const root = new FakeElement('body');
  const { request, asked } = appOf(answers);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return {
    root,
    asked,
    request,
    settle,
    button: (label) => {
      const found = root.all('s-button').find(({ text }) => text === label);
      if (!found) throw new Error(`No button "${label}" in: ${root.text}`);
      return found;
    },
    draw: (view) => render(view, root as unknown as Element),
    leave: () => render(null, root as unknown as Element),
  };
}
