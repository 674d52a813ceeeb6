/** Defines the elements of a package when a page needs them. */

/** Loads the script that defines an element. */
export type Definition = () => Promise<unknown>;

/** Resolves when the page has nothing else to do; browsers without an idle callback are given a moment. */
const idle = (): Promise<unknown> =>
  new Promise((resolve) =>
    typeof requestIdleCallback === 'function' ? requestIdleCallback(resolve) : setTimeout(resolve, 50),
  );

/** An element that does not load is told to the page, and keeps no other one back. */
const report = (error: unknown) =>
  setTimeout(() => {
    throw error;
  });

const notEmpty = ({ length }: readonly unknown[]) => length > 0;

const loaded = (): Promise<unknown> =>
  document.readyState === 'complete'
    ? Promise.resolve()
    : new Promise((resolve) => addEventListener('load', resolve, { once: true }));

/**
 * Defines the elements whose tags the page has, then those that come, and the rest while the page is idle: a script that makes one, or a
 * shadow tree with one in it, finds it defined. In the order of the groups, not of the page: an element that names another, wherever that
 * stands, finds it defined.
 * @param groups definitions by tag; those that are named come before those that name them, and the scripts of a group load together
 */
export function defineElements(...groups: readonly Readonly<Record<string, Definition>>[]): void {
  const definitions = Object.assign({}, ...groups) as Readonly<Record<string, Definition>>;
  const tags = Object.keys(definitions);
  const left = new Set(tags);
  const wanted = new Set<string>();
  let working: Promise<void> | undefined;

  const work = async () => {
    // All that is found together is wanted before the first of it is defined.
    await Promise.resolve();
    while (wanted.size > 0) {
      const group = groups.map((each) => Object.keys(each).filter((tag) => wanted.has(tag))).find(notEmpty)!;
      for (const tag of group) wanted.delete(tag);
      await Promise.all(group.map((tag) => definitions[tag]().catch(report)));
    }
    working = undefined;
  };
  const want = (tag: string): Promise<void> | undefined => {
    if (!left.delete(tag)) return working;
    wanted.add(tag);
    return (working ??= work());
  };
  const look = (root: ParentNode & Node) => {
    if (left.size === 0) return;
    if (root instanceof Element && left.has(root.localName)) void want(root.localName);
    for (const { localName } of root.querySelectorAll([...left].join())) void want(localName);
  };

  const watcher = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node instanceof Element) look(node);
  });
  watcher.observe(document, { childList: true, subtree: true });
  look(document);

  void (async () => {
    await loaded();
    for (const tag of tags) {
      await idle();
      await want(tag);
    }
    watcher.disconnect();
  })();
}
