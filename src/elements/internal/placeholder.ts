/** What a roll says while it is empty: the page's own words, else the element's. */
import { html, nothing, type ReactiveElement } from 'lit';

/** Spaces and line ends between tags are words of nobody, though they would fill a slot. */
const isSaid = (node: Node) =>
  node instanceof Element ? node.slot === '' : node instanceof Text && node.data.trim() !== '';

export const renderPlaceholder = (host: ReactiveElement, words: string) =>
  html`<slot @slotchange=${() => host.requestUpdate()}></slot
    >${[...host.childNodes].some(isSaid) ? nothing : words}`;
