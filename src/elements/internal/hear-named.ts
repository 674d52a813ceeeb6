/**
 * Hears an element of the tree that another one names. It is looked up when it speaks: it may come later than the one that hears it, be
 * defined later, or be replaced.
 * @param find looks it up
 * @param hear is told of an event on its way in: before the elements that it passes hear it
 */
export function hearNamed<K extends keyof GlobalEventHandlersEventMap>(
  tree: EventTarget,
  find: () => EventTarget | null,
  type: K,
  hear: (event: GlobalEventHandlersEventMap[K], from: EventTarget) => void,
  signal: AbortSignal,
): void {
  const listener = (event: Event) => {
    const source = find();
    if (source && event.composedPath().includes(source))
      hear(event as GlobalEventHandlersEventMap[K], source);
  };
  tree.addEventListener(type, listener, { capture: true, signal });
}
