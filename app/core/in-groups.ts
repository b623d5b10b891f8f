/** How one item of a group fared. */
interface Waiting<Item> {
  item: Item;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * Does what comes in together: whoever comes while `atOnce` groups are under way waits for the next one, which takes all of them (`most` at a time).
 * So one that comes alone waits for nobody, and under load many share one commit. A group that fails as a whole is done one by one, so that
 * a bad item fails alone, unless `isCommon` says that its failure isn't an item's.
 */
export function inGroups<Item>(
  work: (items: Item[]) => Promise<void>,
  { atOnce, most, isCommon }: { atOnce: number; most: number; isCommon: (error: unknown) => boolean },
): (item: Item) => Promise<void> {
  let waiting: Waiting<Item>[] = [];
  let underWay = 0;

  const attempt = async (group: Waiting<Item>[]): Promise<void> => {
    try {
      await work(group.map(({ item }) => item));
      for (const { done } of group) done();
    } catch (error) {
      if (group.length === 1 || isCommon(error)) for (const { failed } of group) failed(error);
      else for (const one of group) await attempt([one]);
    }
  };

  const next = (): void => {
    if (underWay >= atOnce || waiting.length === 0) return;
    const group = waiting.slice(0, most);
    waiting = waiting.slice(most);
    underWay += 1;
    void attempt(group).finally(() => {
      underWay -= 1;
      next();
    });
  };

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed });
      // Those whose requests were read in the same turn go together.
      setImmediate(next);
    });
}
