/** Elements on the test page, taken away after each test. */
import type { LitElement } from 'lit';

const mounted: Element[] = [];

afterEach(() => {
  for (const element of mounted.splice(0)) element.remove();
});

/** Puts `html`, whose only element is a Lit one, on the page and waits until it is drawn. */
export async function mount<T extends LitElement>(html: string): Promise<T> {
  const template = document.createElement('template');
  template.innerHTML = html;
  const element = document.importNode(template.content, true).firstElementChild as T;
  document.body.append(element);
  mounted.push(element);
  await element.updateComplete;
  return element;
}

/** Events of these types that reach `target`, in order. */
export function record<K extends keyof GlobalEventHandlersEventMap>(target: EventTarget, ...types: K[]) {
  const events: GlobalEventHandlersEventMap[K][] = [];
  for (const type of types)
    target.addEventListener(type, (event) => events.push(event as GlobalEventHandlersEventMap[K]));
  return events;
}

export const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The middle of an element, or a place in it given in parts of its size, in whole pixels of the window. */
export function pointIn(element: Element, x = 0.5, y = 0.5): [number, number] {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [Math.round(left + x * width), Math.round(top + y * height)];
}

/** A pointer event at a place in the window, for several fingers at once, which real input cannot do here. */
export function touch(
  target: Element,
  type: string,
  pointerId: number,
  [clientX, clientY]: [number, number],
): void {
  target.dispatchEvent(
    new PointerEvent(type, {
      pointerId, clientX, clientY, pointerType: 'touch', bubbles: true, composed: true, cancelable: true,
    }), // prettier-ignore
  );
}

/** Puts an element on a dark page. */
export function darken(element: HTMLElement): void {
  Object.assign(element.style, { colorScheme: 'dark', backgroundColor: '#121419' });
}
