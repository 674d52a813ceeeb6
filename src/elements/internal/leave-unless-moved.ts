/**
 * An element that is moved within the page is disconnected and connected again: at once, or some microtasks later where a
 * framework moves it. What it holds is kept then; `leave` is called when it stays away.
 */
export function leaveUnlessMoved(element: HTMLElement, leave: () => void): void {
  setTimeout(() => {
    if (!element.isConnected) leave();
  });
}
