import { NotImplemented } from '../core/not-implemented.ts';

/** Shopify's search syntax as a tree. */
export type SearchNode =
  | { kind: 'and' | 'or'; items: SearchNode[] }
  | { kind: 'not'; item: SearchNode }
  /** `field` is undefined for free text. */
  | { kind: 'term'; field: string | undefined; operator: Operator; values: string[] };

export type Operator = ':' | '>' | '>=' | '<' | '<=';

interface Token {
  kind: 'word' | '(' | ')' | 'and' | 'or' | 'not';
  text: string;
  field: string | undefined;
  operator: Operator;
  values: string[];
}

/** Parses a search: `a:1 b:'x y' OR NOT c:>=2 -d:1 (…)`, comma lists (`status:active,draft`), AND where nothing stands. */
export function parseSearch(text: string): SearchNode | undefined {
  const tokens = tokenize(text);
  if (tokens.length === 0) return undefined;
  let at = 0;

  const or = (): SearchNode => {
    const items = [and()];
    while (tokens[at]?.kind === 'or') {
      at += 1;
      items.push(and());
    }
    return items.length === 1 ? (items[0] as SearchNode) : { kind: 'or', items };
  };
  const and = (): SearchNode => {
    const items = [not()];
    while (at < tokens.length && tokens[at]?.kind !== 'or' && tokens[at]?.kind !== ')') {
      if (tokens[at]?.kind === 'and') at += 1;
      items.push(not());
    }
    return items.length === 1 ? (items[0] as SearchNode) : { kind: 'and', items };
  };
  const not = (): SearchNode => {
    const token = tokens[at];
    if (!token) throw new NotImplemented(`the search "${text}": it ends in the middle`);
    at += 1;
    if (token.kind === 'not') return { kind: 'not', item: not() };
    if (token.kind === '(') {
      const inner = or();
      if (tokens[at]?.kind !== ')') throw new NotImplemented(`the search "${text}": a bracket is not closed`);
      at += 1;
      return inner;
    }
    if (token.kind !== 'word') throw new NotImplemented(`the search "${text}": "${token.text}" stands where a term should`);
    return { kind: 'term', field: token.field, operator: token.operator, values: token.values };
  };

  const tree = or();
  if (at < tokens.length) throw new NotImplemented(`the search "${text}": "${tokens[at]?.text}" is left over`);
  return tree;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const plain = (kind: Token['kind'], word: string): Token => ({ kind, text: word, field: undefined, operator: ':', values: [] });
  let rest = text.trim();
  while (rest !== '') {
    const bracket = rest[0];
    if (bracket === '(' || bracket === ')') {
      tokens.push(plain(bracket, bracket));
      rest = rest.slice(1).trimStart();
      continue;
    }
    const word = /^(AND|OR|NOT)(?=[\s(]|$)/.exec(rest);
    if (word) {
      tokens.push(plain(word[1]?.toLowerCase() as 'and' | 'or' | 'not', word[0]));
      rest = rest.slice(word[0].length).trimStart();
      continue;
    }
    if (/^-[\w(]/.test(rest)) {
      tokens.push(plain('not', '-'));
      rest = rest.slice(1);
      continue;
    }
    const field = /^(\w+(?:\.[\w$:-]+)*):(>=|<=|>|<)?/.exec(rest);
    if (field) rest = rest.slice(field[0].length);
    const { values, length } = readValues(rest, text);
    tokens.push({
      kind: 'word',
      text: `${field?.[0] ?? ''}${rest.slice(0, length)}`,
      field: field?.[1],
      operator: (field?.[2] as Operator | undefined) ?? ':',
      values,
    });
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

/** One value or a comma list; each bare or in quotes (`\` escapes). */
function readValues(rest: string, whole: string): { values: string[]; length: number } {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    const quote = rest[at];
    if (quote === '"' || quote === "'") {
      let value = '';
      at += 1;
      while (rest[at] !== quote) {
        if (at >= rest.length) throw new NotImplemented(`the search "${whole}": a quote is not closed`);
        if (rest[at] === '\\') at += 1;
        value += rest[at] ?? '';
        at += 1;
      }
      at += 1;
      values.push(value);
    } else {
      const bare = /^(?:\\.|[^\s(),])*/.exec(rest.slice(at))?.[0] ?? '';
      if (bare === '') throw new NotImplemented(`the search "${whole}": a value is missing`);
      values.push(bare.replace(/\\(.)/g, '$1'));
      at += bare.length;
    }
    if (rest[at] !== ',') break;
    at += 1;
  }
  return { values, length: at };
}
