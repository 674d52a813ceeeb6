import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const read = (file) => readFileSync(new URL(file, import.meta.url), 'utf8');

/** The analyzer also guesses events from `dispatchEvent(...)`, without their names when they are classes: keep those with an @fires line. */
const documentedEvents = {
  name: 'documented-events',
  packageLinkPhase({ customElementsManifest }) {
    const declarations = customElementsManifest.modules.flatMap((module) => module.declarations ?? []);
    for (const declaration of declarations.filter(({ events }) => events)) {
      declaration.events = declaration.events.filter(({ description }) => description);
    }
  },
};

const compiled = transformSync(read('src/elements/internal/exported-parts.ts'), { loader: 'ts' }).code;
const { EXPORTED_PARTS } = await import(`data:text/javascript,${encodeURIComponent(compiled)}`);

const THEME = {
  surface: 'The ground that an element stands on.',
  raised: 'The ground of buttons and fields.',
  text: 'Text.',
  muted: 'Text of less weight.',
  line: 'Borders.',
  accent: 'The colour of the first thing to do, and of what moves.',
  'on-accent': 'Text on the accent.',
  danger: 'Failures.',
  focus: 'The outline of whatever has the focus.',
  radius: 'Rounded corners.',
  space: 'A unit of distance.',
  font: 'The typeface.',
  track: 'The track of a slider.',
  'track-height': 'Thickness of the track of a slider.',
  fill: 'The part of the track before the thumb.',
  thumb: 'The thumb of a slider.',
  'thumb-size': 'Width and height of the thumb of a slider.',
  'thumb-radius': 'Rounded corners of the thumb of a slider.',
};

/** The properties that all elements share, from the theme: `--timbrel-x, DEFAULT` there. */
const themeProperties = [
  ...read('src/elements/internal/theme.ts').matchAll(/var\(--timbrel-([\w-]+), (.+)\);/g),
].map(([, name, value]) => ({ name: `--timbrel-${name}`, default: value, description: THEME[name] ?? '' }));

/** Tags of the small elements that a class or its bases place in their templates, by the modules' text. */
const composedOf = (text) => Object.keys(EXPORTED_PARTS).filter((tag) => text.includes(`partsOf('${tag}')`));

/** Gives each element what it has of the theme, and of the small elements inside it: their parts and their properties. */
const inheritedStyles = {
  name: 'inherited-styles',
  packageLinkPhase({ customElementsManifest }) {
    const modules = customElementsManifest.modules;
    const all = modules.flatMap((module) =>
      (module.declarations ?? []).map((declaration) => ({ module, declaration })),
    );
    const byTag = new Map(all.map(({ declaration }) => [declaration.tagName, declaration]));
    const byName = new Map(all.map((one) => [one.declaration.name, one]));
    const textOf = (path) => (path.endsWith('.ts') ? read(path) : '');
    /** Modules of the class, of its bases, and of what lies beside them. */
    const texts = ({ module, declaration }) => {
      const folder = module.path.slice(0, module.path.lastIndexOf('/') + 1);
      const own = modules.filter(({ path }) => path.startsWith(folder)).map(({ path }) => textOf(path));
      const base = byName.get(declaration.superclass?.name);
      return base && base.declaration !== declaration ? [...own, ...texts(base)] : own;
    };
    for (const one of all.filter(({ declaration }) => declaration.tagName)) {
      const { declaration } = one;
      const parts = new Map((declaration.cssParts ?? []).map((part) => [part.name, part]));
      const properties = new Map((declaration.cssProperties ?? []).map((each) => [each.name, each]));
      for (const tag of composedOf(texts(one).join('\n'))) {
        const inner = byTag.get(tag);
        for (const [inside, outside] of Object.entries(EXPORTED_PARTS[tag])) {
          const { description } = inner?.cssParts?.find(({ name }) => name === inside) ?? {};
          if (!parts.has(outside))
            parts.set(outside, {
              name: outside,
              description: description ?? `\`${inside}\` of the \`<${tag}>\`.`,
            });
        }
        for (const each of inner?.cssProperties ?? [])
          if (!properties.has(each.name)) properties.set(each.name, each);
      }
      for (const each of themeProperties) if (!properties.has(each.name)) properties.set(each.name, each);
      declaration.cssParts = [...parts.values()];
      declaration.cssProperties = [...properties.values()];
    }
  },
};

const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** What the package holds: a script for each element, and nothing of its insides. The modules of the source are not packed. */
const asPacked = {
  name: 'as-packed',
  packageLinkPhase({ customElementsManifest }) {
    customElementsManifest.modules = customElementsManifest.modules.flatMap(
      ({ declarations = [], ...module }) => {
        const declaration = declarations.find(({ tagName }) => tagName);
        if (!declaration) return [];
        const path = `dist/${declaration.tagName}.element.js`;
        const own = without(declaration, 'superclass');
        for (const list of ['members', 'attributes', 'events', 'slots', 'cssParts', 'cssProperties'])
          own[list] = own[list]
            ?.filter(({ privacy }) => !privacy || privacy === 'public')
            .map((each) => without(each, 'inheritedFrom', 'parsedDefault'));
        const exports = (module.exports ?? [])
          .filter((one) => one.declaration.name === own.name)
          .map((one) => ({ ...one, declaration: { name: own.name, module: path } }));
        return [{ ...module, path, declarations: [own], exports }];
      },
    );
  },
};

export default {
  globs: ['src/elements/**/*.ts'],
  exclude: ['**/*.test.ts', '**/*.styles.ts'],
  // At the root, where package.json says; the analyzer would rewrite that file otherwise.
  outdir: '.',
  packagejson: false,
  litelement: true,
  plugins: [documentedEvents, inheritedStyles, asPacked],
};
