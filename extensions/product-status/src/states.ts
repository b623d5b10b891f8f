import type { MessageKey, Say } from './messages.ts';
import type { ProductAnswer, VariantAnswer } from './product-answer.ts';

export type Tone = 'neutral' | 'info' | 'success' | 'critical';

/** A state in words, and how much somebody should care. */
export interface StateWord {
  key: MessageKey;
  tone: Tone;
}

const words = new Map(
  Object.entries<StateWord>({
    linked: { key: 'state.linked', tone: 'success' },
    problem: { key: 'state.problem', tone: 'critical' },
    excluded: { key: 'state.excluded', tone: 'neutral' },
    new: { key: 'state.new', tone: 'info' },
  }),
);

/** A variant's state. One that this version of the block doesn't know leads to the app instead of showing a code. */
export function variantWord({ state }: Pick<VariantAnswer, 'state'>): StateWord {
  return words.get(state) ?? { key: 'state.unknown', tone: 'neutral' };
}

/** What is shown when the merchant has collapsed the block. */
export function summaryOf({ backOffices }: ProductAnswer, say: Say): string {
  const variants = backOffices.flatMap((one) => one.variants);
  const problem = variants.find((variant) => variant.problem)?.problem;
  if (problem) return problem.title;
  const linked = variants.filter(({ state }) => state === 'linked').length;
  return say('summary', { linked, count: variants.length });
}
