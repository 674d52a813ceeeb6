/** axe on whole pages that playwright drives. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from './browser.js';

const AXE = path.join(root, 'node_modules/axe-core/axe.min.js');

/** @returns what axe holds against the page as it stands, one line each */
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
  });
}
