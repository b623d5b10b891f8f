/**
 * Elements by function, and a morph that carries a freshly drawn tree over into the one on the screen. Text always goes in as text nodes;
 * nothing in the admin builds HTML from strings.
 */

/** @typedef {Node | string | number | null | undefined | false | any[]} Child an array holds further children */
/** @typedef {Record<string, any>} Attributes */

const SVG = 'http://www.w3.org/2000/svg';
const HANDLERS = ['onclick', 'onchange', 'oninput', 'onsubmit', 'onkeydown', 'onblur', 'onfocus'];

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  // After the options are there.
  if (element instanceof HTMLSelectElement && attributes.value !== undefined) element.value = String(attributes.value);
}

/**
 * @param {Element} parent
 * @param {Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child);
    else if (child !== null && child !== undefined && child !== false)
      parent.append(child instanceof Node ? child : String(child));
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] functions become `onclick` and the like, `true` an empty attribute, null and false none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/** @param {Node} node */
const keyOf = (node) => (node instanceof Element ? node.getAttribute('data-key') : null);

/**
 * @param {Node} a
 * @param {Node} b
 */
const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/**
 * @param {Element} old
 * @param {Element} next
 */
function morphElement(old, next) {
  const isDetails = old instanceof HTMLDetailsElement;
  for (const { name } of [...old.attributes])
    if (!next.hasAttribute(name) && !(isDetails && name === 'open')) old.removeAttribute(name);
  for (const { name, value } of [...next.attributes]) {
    if (old.getAttribute(name) !== value && !(isDetails && name === 'open')) old.setAttribute(name, value);
  }
  for (const handler of HANDLERS) /** @type {any} */ (old)[handler] = /** @type {any} */ (next)[handler];
  morphChildren(old, next);
  // What somebody is typing is theirs until it's sent.
  const isField = old instanceof HTMLInputElement || old instanceof HTMLSelectElement || old instanceof HTMLTextAreaElement;
  if (isField && old !== document.activeElement && !old.hasAttribute('data-edited')) {
    const field = /** @type {HTMLInputElement} */ (next);
    if (old.value !== field.value) old.value = field.value;
    if (old instanceof HTMLInputElement && old.checked !== field.checked) old.checked = field.checked;
  }
}

/**
 * Makes the children of `old` look like those of `next`, keeping elements (and so focus, scrolling and typed text) wherever it can.
 * @param {Element} old
 * @param {Element} next
 */
export function morphChildren(old, next) {
  /** @type {Map<string, Element>} */
  const keyed = new Map();
  for (const child of old.children) {
    const key = keyOf(child);
    if (key) keyed.set(key, child);
  }
  let place = old.firstChild;
  for (const wanted of [...next.childNodes]) {
    const key = keyOf(wanted);
    const found = key ? keyed.get(key) : place && !keyOf(place) && sameKind(place, wanted) ? place : null;
    if (!found || !sameKind(found, wanted)) {
      old.insertBefore(wanted, place);
      continue;
    }
    if (found === place) place = place.nextSibling;
    else old.insertBefore(found, place);
    if (found instanceof Element) morphElement(found, /** @type {Element} */ (wanted));
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  while (place) {
    const rest = place.nextSibling;
    place.remove();
    place = rest;
  }
}

/**
 * @param {Element} container
 * @param {...Child} children
 */
export function draw(container, ...children) {
  const next = document.createElement(container.localName);
  append(next, children);
  morphChildren(container, next);
}
