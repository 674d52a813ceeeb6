/** What of a page can be judged without looking: controls that are too small for a finger, and what stands beside the page. */
import type { Page } from 'playwright-core';

/**
 * Controls that are seen, in all shadow trees, and are lower or narrower than a fingertip needs, 24 px (WCAG 2.5.8).
 * @param tag of the element that is looked at; the whole page without one
 */
export const smallControls = (page: Page, tag?: string): Promise<string[]> =>
  page.evaluate((name) => {
    const small: string[] = [];
    const look = (tree: ParentNode) => {
      for (const element of tree.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        const control = element.matches(
          'button, select, input, textarea, summary, a[href], label.file, [role=slider], [role=button], [tabindex="0"]',
        );
        if (!control || !element.checkVisibility({ visibilityProperty: true })) continue;
        // Where a mouse plays, black keys are as narrow as the page makes them; a finger has 24 px. WCAG 2.5.8 exempts what is essential:
        // that they are narrower than the white ones is what makes it a piano. Letters and MIDI play the same notes.
        if (element.matches('.key.black') && !matchMedia('(pointer: coarse)').matches) continue;
        // A link in a sentence is as high as its line.
        if (element.matches('p a')) continue;
        const { width, height } = element.getBoundingClientRect();
        if (Math.min(width, height) < 23.9)
          small.push(`${element.outerHTML.slice(0, 80)} ${width.toFixed(0)} x ${height.toFixed(0)}`);
      }
    };
    look((name === undefined ? undefined : document.querySelector(name)?.shadowRoot) ?? document);
    return small;
  }, tag);

/** So many px of the page are beside the screen. */
export const beyondThePage = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
