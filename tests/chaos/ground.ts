import type { Random } from '../../sandbox/kit/random.ts';
import type { ChaosShop } from './chaos-shop.ts';

/** A fault rule of the sandbox, as `POST /_sandbox/faults` takes it. */
export interface Rule {
  target: string;
  kind: string;
  match?: string;
  [option: string]: unknown;
}

/** Where faults are injected, and what was. Counts come from the sandbox: a rule that matched nothing counts nothing. */
export class Ground {
  readonly shop: ChaosShop;
  readonly random: Random;
  readonly #labels = new Map<number, string>();
  /** How often each fault really struck. */
  readonly struck: Record<string, number> = {};

  constructor(shop: ChaosShop, random: Random) {
    this.shop = shop;
    this.random = random;
  }

  count(label: string, times = 1): void {
    if (times > 0) this.struck[label] = (this.struck[label] ?? 0) + times;
  }

  async rule(label: string, rule: Rule): Promise<void> {
    const { id } = await this.shop.control.post<{ id: number }>('/faults', { seed: this.random.between(1, 1_000_000), ...rule });
    this.#labels.set(id, label);
  }

  /** Ends every rule and counts what each did. */
  async clearRules(): Promise<void> {
    const { faults } = await this.shop.control.get<{ faults: { id: number; fired: number }[] }>('/faults');
    await this.shop.control.delete('/faults');
    for (const { id, fired } of faults) this.count(this.#labels.get(id) ?? 'unknown', fired);
    this.#labels.clear();
  }

  async advance(ms: number): Promise<void> {
    await this.shop.control.post('/clock', { advanceMs: ms });
  }

  /** The names of the calls made so far to one side: the steps of the corridor, as they really are. */
  async stepsOf(target: string): Promise<string[]> {
    const calls = await this.shop.control.get<{ operation?: string }[]>(`/calls?target=${target}&limit=4000`);
    return [...new Set(calls.flatMap(({ operation }) => operation ?? []))].sort();
  }
}
