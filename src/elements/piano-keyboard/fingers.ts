/** Playing with pointers: as many as there are fingers, each sliding from key to key. */
import type { HeldKeys } from './held-keys.js';

/** Velocity at the far end of a key; it rises to 127 at the near end. */
const SOFTEST = 24;

export class Fingers {
  /** Pointers that are down, and the pitch that each is on. */
  private readonly pointers = new Map<number, number | undefined>();

  /** @param keys the element around all keys, whose elements bear their pitch as `data-pitch` */
  constructor(
    private readonly keys: HTMLElement,
    private readonly held: HeldKeys,
  ) {}

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    try {
      // To the keys as a whole: a finger that slides must not stay with the key it began on.
      this.keys.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has gone already (or was made by a script): moves over the keys still arrive.
    }
    this.pointers.set(event.pointerId, undefined);
    // Here, and not by the browser on mousedown, whose target is now the captor.
    this.keyAt(event)?.focus({ preventScroll: true, focusVisible: false });
    this.play(event);
  }

  move(event: PointerEvent): void {
    if (this.pointers.has(event.pointerId)) this.play(event);
  }

  up(event: PointerEvent): void {
    if (this.pointers.delete(event.pointerId)) this.held.letGoOf(holderOf(event));
  }

  /** The keys were moved in the page, which takes their pointers from them. */
  recapture(): void {
    for (const pointerId of this.pointers.keys()) {
      try {
        this.keys.setPointerCapture(pointerId);
      } catch {
        // The pointer has gone already (or was made by a script).
      }
    }
  }

  /** Pointers that are still down play no more until they are lifted and set down again. */
  forget(): void {
    this.pointers.clear();
  }

  private play(event: PointerEvent): void {
    const key = this.keyAt(event);
    const pitch = key ? Number(key.dataset.pitch) : undefined;
    if (pitch === this.pointers.get(event.pointerId)) return;
    this.held.letGoOf(holderOf(event));
    this.pointers.set(event.pointerId, pitch);
    if (!key || pitch === undefined) return;
    const { top, height } = key.getBoundingClientRect();
    this.held.hold(holderOf(event), pitch, SOFTEST + (127 - SOFTEST) * ((event.clientY - top) / height));
  }

  private keyAt({ clientX, clientY }: PointerEvent): HTMLElement | undefined {
    const root = this.keys.getRootNode() as ShadowRoot;
    return root.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('[data-pitch]') ?? undefined;
  }
}

const holderOf = ({ pointerId }: PointerEvent) => `pointer ${pointerId}`;
