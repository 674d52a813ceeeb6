/** axe-core, loaded as the script it is. */
import type { AxeResults, ElementContext } from 'axe-core';

interface Axe {
  run(context: ElementContext): Promise<AxeResults>;
}

let loading: Promise<Axe> | undefined;

function load(): Promise<Axe> {
  return (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/node_modules/axe-core/axe.min.js';
    script.onload = () => resolve((globalThis as unknown as { axe: Axe }).axe);
    script.onerror = () => reject(new Error('axe-core did not load'));
    document.head.append(script);
  }));
}

/** Violations in an element and its shadow tree, one line each; none is an empty list. */
export async function violations(element: Element): Promise<string[]> {
  const axe = await load();
  const results = await axe.run(element);
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
