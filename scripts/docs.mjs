// Builds reference/: what the package exports, with docs/ beside it, as pages for a browser. `npm run docs` ends with 1 where a link
// leads nowhere, a tag is unknown, or something public mentions a type that nobody can look up.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { elementsOf, readManifest } from './element-pages.mjs';
import { root, ensurePackages } from './install.mjs';

const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Whoever exports a name first has its page; the entries of one model refer to those of `timbrel`. */
const FIRST = ['timbrel/music', 'timbrel', 'timbrel/elements/gansynth-instrument'];
/** Written by the build from the manifest, or all of it in one script. */
const WITHOUT_A_PAGE = ['./react', './svelte', './vue', './timbrel.js'];
/** What the parts of an instrument say to each other; nobody who plays one needs a name for it. */
const MACHINERY = [
  ...[
    'BackendMove',
    'Lease',
    'PackedLatent',
    'PoolMember',
    'RenderJob',
    'RenderListener',
    'Spawn',
    'StarterNote',
  ],
  ...['TimbreLoadOptions', 'VoiceCommand', 'VoiceProcessorOptions', 'VoiceReport', 'WritingModel'],
];
/** Of elements docs/elements has these, with those of their bases. */
const OF_ELEMENTS = ['@tagname', '@csspart', '@cssproperty', '@slot', '@fires'];

/** [`timbrel/NAME`, its source] */
function entries() {
  const tags = elementsOf(readManifest()).map(({ tagName }) => tagName);
  const found = Object.entries(exports).flatMap(([name, { types }]) => {
    if (!types || WITHOUT_A_PAGE.includes(name)) return [];
    const source = types.replace('./dist/types/', 'src/').replace('.d.ts', '.ts');
    return (name.includes('*') ? tags : ['']).map((tag) => [
      path.posix.join('timbrel', name.replace('*', tag)),
      source.replaceAll('*', tag),
    ]);
  });
  const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return found.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Calls modules as they are imported, and lets elements refer to their own pages. */
function ourWay(named, { Converter, ReflectionKind }) {
  /** typedoc's own names come from the paths. */
  const nameOf = new Map(
    named.map(([name, source]) => [source.replace(/^src\/|(?<=.)\/index\.ts$|\.ts$/g, ''), name]),
  );
  const refer = (project, { comment }) => {
    const tag = comment?.getTag('@tagname')?.content[0].text.trim();
    if (!tag) return;
    const summary = comment.getTag('@summary').content;
    for (const each of [...OF_ELEMENTS, '@summary']) comment.removeTags(each);
    const text = 'attributes, events, slots, parts and custom properties';
    const { target } = project.files.registerAbsolute(path.join(root, `docs/elements/${tag}.md`));
    comment.summary.push(
      ...summary,
      { kind: 'text', text: `\n\nThe class of \`<${tag}>\`; its [${text}](` },
      { kind: 'relative-link', text: `${tag}.md`, target, targetAnchor: undefined },
      { kind: 'text', text: ').' },
    );
  };
  return (app) => {
    app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
      for (const each of project.getReflectionsByKind(ReflectionKind.Class)) refer(project, each);
      // Lit's, and what tells an element from its like.
      for (const each of project.getReflectionsByKind(ReflectionKind.Property))
        if (['styles', 'kind'].includes(each.name) && each.flags.isStatic) project.removeReflection(each);
      for (const module of project.getReflectionsByKind(ReflectionKind.Module))
        module.name = nameOf.get(module.name);
      project.children.sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  };
}

/** @returns whether all of it is as it should be */
async function buildReference() {
  const typedoc = await import('typedoc');
  const named = entries();
  const app = await typedoc.Application.bootstrapWithPlugins({
    name: 'Timbrel',
    entryPoints: named.map(([, source]) => source),
    plugin: [ourWay(named, typedoc)],
    tsconfig: 'tsconfig.types.json',
    out: 'reference',
    readme: 'README.md',
    projectDocuments: ['docs/*.md', 'docs/*/*.md', 'CHANGELOG.md', 'checkpoints/*/README.md'],
    sortEntryPoints: false,
    disableSources: true,
    // Where the code is to be had later, nobody knows yet.
    disableGit: true,
    excludeInternal: true,
    excludeProtected: true,
    excludeExternals: true,
    excludeTags: ['@category'],
    useFirstParagraphOfCommentAsSummary: true,
    groupOrder: [
      'Documents',
      'Modules',
      'Constructors',
      'Classes',
      'Functions',
      'Variables',
      '*',
      'References',
    ],
    navigation: { excludeReferences: true },
    blockTags: [...typedoc.OptionDefaults.blockTags, ...OF_ELEMENTS],
    validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true },
    intentionallyNotExported: MACHINERY,
  });
  const project = await app.convert();
  if (!project) return false;
  app.validate(project);
  await app.generateOutputs(project);
  return !app.logger.hasWarnings() && !app.logger.hasErrors();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensurePackages();
  process.chdir(root);
  if (!(await buildReference())) process.exitCode = 1;
}
