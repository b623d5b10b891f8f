/** What must never stand in a log: words that a test planted, each under what it is. */
export interface Planted {
  names?: readonly string[];
  emails?: readonly string[];
  phones?: readonly string[];
  addresses?: readonly string[];
  tokens?: readonly string[];
  secrets?: readonly string[];
}

export interface Leak {
  /** 1 for the first. */
  line: number;
  /** `names`, `tokens`, … for what was planted, else the pattern's name. */
  kind: string;
  /** The line with everything that was found masked, so that a report is no leak itself. */
  text: string;
}

/** What a secret or a person looks like even when nobody planted it. */
const patterns: [kind: string, pattern: RegExp][] = [
  ['id token', /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  ['shopify token', /\bshp(?:at|ca|pa|ss|ua|rt)_[\w-]{16,}/g],
  ['stockroom token', /\bcdsr_[\w-]{20,}/g],
  ['authorization', /\b(?:Bearer|Basic)\s+[A-Za-z0-9+/_=.-]{12,}/g],
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/g],
  ['password in an address', /\b[a-z][a-z+]*:\/\/[^\s/:@"]+:[^\s/@"]+@/g],
  ['inbound address', /\/inbound\/[\w-]{16,}/g],
  ['e-mail address', /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi],
  ['phone number', /(?<![\w./-])\+\d{1,3}[ -]?(?:\(?\d{1,5}\)?[ -]?){2,5}\d{2,}(?![\w-])/g],
];

const escape = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The spellings under which a word can come back: as it is, in a URL, in JSON, in base64, and a number without its spaces. */
function spellings(kind: string, word: string): string[] {
  const inJson = JSON.stringify(word).slice(1, -1);
  // JSON with everything beyond ASCII escaped, as some loggers write it.
  const ascii = inJson.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const encoded =
    word.length >= 12 && (kind === 'tokens' || kind === 'secrets')
      ? [Buffer.from(word).toString('base64').replace(/=+$/, '')]
      : [];
  const digits = kind === 'phones' ? [word.replace(/[^\d]/g, '')] : [];
  return [...new Set([word, encodeURIComponent(word), word.replaceAll(' ', '+'), inJson, ascii, ...encoded, ...digits])].filter(
    (one) => one.length >= 4,
  );
}

/**
 * Looks through logs for planted words, in any case and spelling, and for whatever looks like a token, a password, an e-mail address or
 * a phone number. `allowed` are words that may stand there although they look like one (an address of our own support).
 * Planted words shorter than four characters are refused: they would be found everywhere.
 */
export function findLeaks(logs: string, planted: Planted, { allowed = [] }: { allowed?: readonly string[] } = {}): Leak[] {
  const words = Object.entries(planted).flatMap(([kind, list]: [string, readonly string[] | undefined]) =>
    (list ?? []).map((word) => ({ kind, word })),
  );
  const short = words.find(({ word }) => word.trim().length < 4);
  if (short) throw new RangeError(`"${short.word}" is too short to look for`);
  const all: [string, RegExp][] = [
    ...words.map(({ kind, word }): [string, RegExp] => [kind, new RegExp(spellings(kind, word).map(escape).join('|'), 'gi')]),
    ...patterns,
  ];
  const leaks: Leak[] = [];
  logs.split('\n').forEach((text, index) => {
    const kinds = all.filter(([, pattern]) => [...text.matchAll(pattern)].some(([found]) => !allowed.includes(found)));
    if (kinds.length === 0) return;
    const masked = all.reduce((line, [, pattern]) => line.replace(pattern, '[…]'), text);
    for (const [kind] of kinds) leaks.push({ line: index + 1, kind, text: masked.slice(0, 300) });
  });
  return leaks;
}

/** Throws, naming the first leaks, if there is any. */
export function assertNoLeaks(logs: string, planted: Planted, options?: { allowed?: readonly string[] }): void {
  const leaks = findLeaks(logs, planted, options);
  if (leaks.length === 0) return;
  const shown = leaks.slice(0, 10).map(({ line, kind, text }) => `  line ${line}, ${kind}: ${text}`);
  throw new Error(`${leaks.length} leaks in the logs:\n${shown.join('\n')}`);
}
