const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** The line that stands in the order's note, or null where the parcel has no lot or serial numbers. */
export function lotLine({ note, tracking }: { note: string | null; tracking: readonly { number: string }[] }): string | null {
  const lots = lines(note ?? '').join(', ');
  if (lots === '') return null;
  const numbers = tracking.map(({ number }) => number).join(', ');
  return numbers === '' ? lots : `${numbers}: ${lots}`;
}
