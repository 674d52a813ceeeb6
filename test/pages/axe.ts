/** axe on whole pages that playwright drives. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from './browser.js';

const AXE = path.join(root, 'node_modules/axe-core/axe.min.js');

/**
 * @param tag of the element that is looked at; the whole page without one
 * @returns what axe holds against it as it stands, one line each
 */
export async function violations(page: Page, tag?: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.addScriptTag({ path: AXE });
  return page.evaluate(async (name) => {
    const { axe } = globalThis as unknown as {
      axe: { run(of: Node | null): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(name === undefined ? document : document.querySelector(name));
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, tag);
}
