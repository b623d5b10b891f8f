/**
 * Numbers for the app's elements (menu links, title bar buttons) that the admin shows on their behalf. Kept beside the elements and not as
 * attributes, because the app's framework compares the document with what the server sent.
 */
/** @type {WeakMap<Element, number>} */
const numbers = new WeakMap();
/** @type {Map<number, WeakRef<HTMLElement>>} */
const elements = new Map();
let last = 0;

/** @param {HTMLElement} element */
export function numberOf(element) {
  let number = numbers.get(element);
  if (!number) {
    number = ++last;
    numbers.set(element, number);
    elements.set(number, new WeakRef(element));
  }
  return number;
}

/**
 * @param {number} number
 * @returns {HTMLElement | undefined}
 */
export function elementOf(number) {
  return elements.get(number)?.deref();
}
