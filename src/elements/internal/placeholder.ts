import { html, nothing, type ReactiveElement } from 'lit';

/** Spaces and line ends between tags are words of nobody, though they would fill a slot. */
const isSaid = (node: Node) =>
  node instanceof Element ? node.slot === '' : node instanceof Text && node.data.trim() !== '';

/** Shows the page's own words in an empty roll, else the element's. */
export const renderPlaceholder = (host: ReactiveElement, words: string) =>
  html`<slot @slotchange=${() => host.requestUpdate()}></slot
    >${[...host.childNodes].some(isSaid) ? nothing : words}`;
