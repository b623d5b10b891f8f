import type { StockroomOrderLine as LineRow } from '@prisma/client';
import { refusal } from './refusals.ts';

/** Units of an order's line, named by the line (Stockroom's id or the sender's) or by SKU. */
export interface LineChoice {
  lineId?: string | null;
  sku?: string;
  quantity: number;
}

export interface ChosenLine {
  line: LineRow;
  quantity: number;
}

/**
 * Finds the units that are meant. A SKU on several lines is taken from the first that has some left. `left` tells how many units of a line may
 * be taken for `what` ("shipped"); more is refused with both numbers.
 */
export function chooseLines(
  reference: string,
  lines: LineRow[],
  choices: LineChoice[],
  left: (line: LineRow) => number,
  what: string,
): ChosenLine[] {
  const taken = new Map<string, number>();
  choices.forEach((choice, index) => {
    const { lineId, sku, quantity } = choice;
    const name = sku ?? lineId ?? '';
    if (!Number.isInteger(quantity) || quantity < 1) {
      throw refusal('stockroom-value', `The quantity of "${name}" is ${quantity}; it must be a whole number above zero.`, {
        field: `lines.${index}.quantity`,
      });
    }
    const meant = lines.filter((line) => (lineId ? line.id === lineId || line.externalId === lineId : line.sku === sku));
    if (meant.length === 0) {
      throw refusal('stockroom-line-unknown', `Order ${reference} has no line "${name}".`, {
        field: `lines.${index}`,
        params: { reference, line: name },
      });
    }
    let open = quantity;
    for (const line of meant) {
      const already = taken.get(line.id) ?? 0;
      const units = Math.min(open, left(line) - already);
      if (units <= 0) continue;
      taken.set(line.id, already + units);
      open -= units;
    }
    if (open > 0) {
      throw refusal(
        'stockroom-quantity',
        `Only ${quantity - open} of "${name}" in order ${reference} can be ${what}, not ${quantity}.`,
        {
          field: `lines.${index}.quantity`,
          params: { reference, line: name, possible: quantity - open, quantity },
        },
      );
    }
  });
  return lines.flatMap((line) => {
    const quantity = taken.get(line.id) ?? 0;
    return quantity > 0 ? [{ line, quantity }] : [];
  });
}

/** Every unit that is left. */
export function allLines(lines: LineRow[], left: (line: LineRow) => number): ChosenLine[] {
  return lines.flatMap((line) => (left(line) > 0 ? [{ line, quantity: left(line) }] : []));
}
