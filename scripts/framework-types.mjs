// Types of the elements for frameworks, from the manifest: React's JSX, Vue's templates, Svelte's markup. The build writes them to
// dist/types; package.json exports them as timbrel/react, timbrel/vue and timbrel/svelte.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const HEAD = '// Written by scripts/framework-types.mjs from the manifest.\n';

const names = (list) => list.map((name) => `'${name}'`).join(' | ') || 'never';

function entryOf({ tagName, name, attributes = [], members = [], events = [] }) {
  const isSet = ({ kind, readonly, static: isStatic }) => kind === 'field' && !readonly && !isStatic;
  const properties = members.filter(isSet).map((member) => member.name);
  const camel = attributes.filter(({ fieldName }) => fieldName && !properties.includes(fieldName));
  const kebab = attributes
    .filter((each) => each.fieldName && each.fieldName !== each.name)
    .map((each) => `    '${each.name}': '${each.fieldName}';\n`);
  return `  '${tagName}': {
    readonly element: ${name};
    /** Properties that a page sets. */
    readonly properties: ${names([...properties, ...camel.map(({ fieldName }) => fieldName)])};
    /** Attributes that are written otherwise, and their properties. */
    readonly attributes: {\n${kebab.join('').replaceAll(/^/gm, '  ').trimEnd()}\n    };
    readonly events: ${names(events.map((event) => event.name))};
  };\n`;
}

/** What an element can be given, for whatever writes tags. */
function elementsFile(declarations) {
  const imports = declarations.map(
    ({ tagName, name }) => `import type { ${name} } from './elements/${tagName}/${tagName}.js';\n`,
  );
  return `${HEAD}${imports.join('')}
interface Elements {
${declarations.map(entryOf).join('')}}

/** The tags. */
export type TimbrelTag = keyof Elements;

/** The element of a tag. */
export type TimbrelElement<T extends TimbrelTag> = Elements[T]['element'];

type Attributes<T extends TimbrelTag> = Elements[T]['attributes'];
type Event<E> = E extends keyof GlobalEventHandlersEventMap ? GlobalEventHandlersEventMap[E] : never;

/** Properties, by their own names and by those of their attributes. */
export type TimbrelProperties<T extends TimbrelTag> = {
  [P in Elements[T]['properties'] & keyof TimbrelElement<T>]?: TimbrelElement<T>[P];
} & {
  [A in keyof Attributes<T>]?: Attributes<T>[A] extends keyof TimbrelElement<T>
    ? TimbrelElement<T>[Attributes<T>[A]]
    : never;
};

/** Listeners, as \`onnote-on\`. */
export type TimbrelListeners<T extends TimbrelTag> = {
  [E in Elements[T]['events'] as \`on\${E}\`]?: (event: Event<E> & { readonly currentTarget: TimbrelElement<T> }) => void;
};

type Camel<S extends string> = S extends \`\${infer Head}-\${infer Tail}\` ? \`\${Head}\${Capitalize<Camel<Tail>>}\` : S;

/** Listeners, as \`onNoteOn\`, which is what Vue makes of \`@note-on\`. */
export type TimbrelCamelListeners<T extends TimbrelTag> = {
  [E in Elements[T]['events'] as \`on\${Capitalize<Camel<E>>}\`]?: (event: Event<E>) => void;
};
`;
}

const REACT = `${HEAD}import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { TimbrelElement, TimbrelListeners, TimbrelProperties, TimbrelTag } from './framework-elements.js';

/** React before 19 knows no className of these tags. */
type Class = { class?: string };
type Own<T extends TimbrelTag> = TimbrelProperties<T> & TimbrelListeners<T> & Class;
type Props<T extends TimbrelTag> = Own<T> &
  Omit<DetailedHTMLProps<HTMLAttributes<TimbrelElement<T>>, TimbrelElement<T>>, keyof Own<T>>;
type Tags = { [T in TimbrelTag]: Props<T> };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
`;

const VUE = `${HEAD}import type { HTMLAttributes, ReservedProps } from 'vue';
import type { TimbrelCamelListeners, TimbrelProperties, TimbrelTag } from './framework-elements.js';

type Own<T extends TimbrelTag> = TimbrelProperties<T> & TimbrelCamelListeners<T>;
type Component<T extends TimbrelTag> = new () => {
  $props: Own<T> & Omit<HTMLAttributes & ReservedProps, keyof Own<T>>;
};
type Tags = { [T in TimbrelTag]: Component<T> };

declare module 'vue' {
  interface GlobalComponents extends Tags {}
}
`;

const SVELTE = `${HEAD}import type { HTMLAttributes } from 'svelte/elements';
import type { TimbrelElement, TimbrelListeners, TimbrelProperties, TimbrelTag } from './framework-elements.js';

type Own<T extends TimbrelTag> = TimbrelProperties<T> & TimbrelListeners<T>;
type Tags = { [T in TimbrelTag]: Own<T> & Omit<HTMLAttributes<TimbrelElement<T>>, keyof Own<T>> };

declare module 'svelte/elements' {
  interface SvelteHTMLElements extends Tags {}
}
`;

/** @param folder of the types of the package */
export function writeFrameworkTypes(manifest, folder) {
  const declarations = manifest.modules.flatMap(({ declarations = [] }) => declarations);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of [
    ['framework-elements', elementsFile(declarations.filter(({ tagName }) => tagName))],
    ['react', REACT],
    ['vue', VUE],
    ['svelte', SVELTE],
  ])
    writeFileSync(path.join(folder, `${name}.d.ts`), text);
}
