import { TimbrelError } from '../../errors/timbrel-error.js';

let warned = false;

/**
 * Registers a custom element, unless the name is taken: by another copy of this script, as a rule. Then the
 * first copy stays in charge and the page gets one warning, SCRIPT_LOADED_TWICE, however many elements there are.
 * Without custom elements (Node) nothing happens.
 */
export function defineElement(name: string, constructor: CustomElementConstructor): void {
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (!registry) return;
  const registered = registry.get(name);
  if (!registered) {
    registry.define(name, constructor);
  } else if (registered !== constructor && !warned) {
    warned = true;
    const { message } = new TimbrelError(
      'SCRIPT_LOADED_TWICE',
      `<${name}> is defined already, so this copy of the script leaves the elements to the first one: the page loads Timbrel from two addresses, or in two versions; keep one of them`,
    );
    console.warn(message);
  }
}
