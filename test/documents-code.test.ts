/**
 * What stands in the documents as code compiles against the package as it is: TypeScript, JavaScript and the scripts of HTML. A block
 * may use what blocks before it on its page declare, and what STAGE has; a name of its own goes before both.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { globSync } from '../scripts/glob.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The documents begin with these on the page: they say in words what each is. */
const STAGE = `
import type * as timbrel from 'timbrel';
import 'timbrel/timbrel.js';
declare global {
  // The page.
  const button: HTMLButtonElement;
  const slider: HTMLInputElement;
  const element: HTMLElementTagNameMap['nsynth-instrument'];
  const midiInput: HTMLElementTagNameMap['midi-input'];
  const context: AudioContext;
  /** Whether the page's own button says so. */
  const playing: boolean;
  function draw(notes: readonly timbrel.Note[]): void;
  // Files and sounds.
  const file: File;
  const bytes: ArrayBuffer;
  const files: readonly ArrayBuffer[];
  const samples: Float32Array;
  /** What a microphone gave since the part before. */
  const part: Float32Array;
  const audioBuffer: AudioBuffer;
  // Music.
  const primer: timbrel.NoteSequence, song: timbrel.NoteSequence;
  const a: timbrel.NoteSequence, b: timbrel.NoteSequence, c: timbrel.NoteSequence, d: timbrel.NoteSequence;
  const melody: readonly timbrel.PlayedNote[], beat: readonly timbrel.PlayedNote[];
  const player: timbrel.SequencePlayer;
  const kit: timbrel.DrumKit;
  const lead: timbrel.GANSynthInstrument;
  const pianist: timbrel.PerformanceRNN;
  // What is told while something works.
  const onNotes: (news: timbrel.NewNotes) => void;
  const onProgress: (progress: unknown) => void;
  const signal: AbortSignal;
}`;

/** A page with a fault in each kind of block, and with what is none. */
const PLANTED = `# A page

\`\`\`ts
import { GANSynth } from 'timbrel';
const model = await GANSynth.load();
model.renderAll();
const slider = 0.5;
slider.toFixed();
\`\`\`

1. \`\`\`sh
   npm test
   \`\`\`

\`\`\`js
import { readMidi } from 'timbrel/music';
const pitchOf = (note) => note.pitch;
readMidi(bytes).notes.map(pitchOf);
await model.generate({ pitch: 60, colour: 'red' });
slider.valueAsNumber;
\`\`\`

\`\`\`html
<p></p>
<script type="module" src="timbrel.js"></script>
<script type="module">
  import { readMidis } from 'timbrel/music';
  button.onclick = () => document.querySelector('gansynth-instrument')?.sing();
</script>
\`\`\`

\`\`\`ts
const unfinished = (;
\`\`\`
`;

interface Block {
  readonly page: string;
  /** The line of the page before the first of the code. */
  readonly line: number;
  readonly kind: 'ts' | 'js';
  readonly code: string;
}

const KINDS: Readonly<Record<string, Block['kind']>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'js',
  javascript: 'js',
};
const linesOf = (text: string) => text.split('\n').length - 1;

function blocksOf(page: string, text: string): Block[] {
  const fences = [
    ...text.matchAll(/^([^\S\n]*(?:[-*]|\d+\.)?[^\S\n]*(`{3,}|~{3,})(\w*)[^\n]*\n)([^]*?)^\s*\2/gm),
  ];
  return fences.flatMap(({ index, 1: fence, 3: language, 4: code }): Block[] => {
    const at = index + fence.length;
    const line = linesOf(text.slice(0, at));
    if (language in KINDS) return [{ page, line, kind: KINDS[language], code }];
    if (language !== 'html') return [];
    return [...code.matchAll(/(<script(?:\s+type="(?:module|text\/javascript)")?>)([^]*?)<\/script>/g)].map(
      (script) => ({
        page,
        line: line + linesOf(code.slice(0, script.index + script[1].length)),
        kind: 'js',
        code: script[2],
      }),
    );
  });
}

/** Names that the outermost level of a text declares, and whether it exports them itself. */
function declaredIn(code: string): Map<string, boolean> {
  const declared = new Map<string, boolean>();
  for (const statement of ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest).statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    const add = (node: ts.Node | undefined): void => {
      if (!node) return;
      if (ts.isIdentifier(node)) declared.set(node.text, isExported);
      else if (ts.isNamedImports(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
        for (const one of node.elements) add(ts.isOmittedExpression(one) ? undefined : one.name);
      else if (ts.isNamespaceImport(node)) add(node.name);
    };
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) add(name);
    else if (ts.isImportDeclaration(statement)) {
      add(statement.importClause?.name);
      add(statement.importClause?.namedBindings);
    } else if (ts.isDeclarationStatement(statement)) add(statement.name);
  }
  return declared;
}

/** Each block as a module beside its page; what it takes from blocks before it and gives to those behind it stands behind its code, so that lines stay. */
function modulesOf(blocks: readonly Block[]): Map<string, Block> {
  const modules = new Map<string, Block>();
  const known = new Map<string, Map<string, string>>();
  for (const block of blocks) {
    const file = path.join(root, `${block.page}.${block.line}.${block.kind}`);
    const before = known.get(block.page) ?? new Map<string, string>();
    known.set(block.page, before);
    const declared = declaredIn(block.code);
    const taken = [...before].filter(([name]) => !declared.has(name));
    const imports = taken.map(([name, from]) => `import { ${name} } from './${path.basename(from)}';`);
    const given = [...declared].filter(([, isExported]) => !isExported).map(([name]) => name);
    const exports = `export { ${given.join(', ')} };`;
    modules.set(file, { ...block, code: [block.code, ...imports, exports].join('\n') });
    for (const name of declared.keys()) before.set(name, file.replace(/\.ts$/, '.js'));
  }
  return modules;
}

/** Blocks stand beside their pages, not in src: that is only in the way of output, of which there is none. */
const OUTSIDE_ROOT_DIR = 6059;
/** JavaScript has no way to say what a parameter is. */
const isImplicitAny = (code: number) => code >= 7000 && code < 7100;

/** Lists what the compiler says of the blocks, by page: `PAGE:LINE: MESSAGE`. */
function faultsOf(blocks: readonly Block[]): Map<string, string[]> {
  const modules = modulesOf(blocks);
  const stage = path.join(root, 'stage.ts');
  const texts = new Map([...modules].map(([file, { code }]) => [file, code] as const)).set(stage, STAGE);
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile) as {
    config: unknown;
  };
  const options: ts.CompilerOptions = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    // The package's name is resolved by its own `exports`, and what these name of the build is its source.
    configFilePath: undefined,
    rootDir: path.join(root, 'src'),
    outDir: path.join(root, 'dist/types'),
    types: ['node', '@webgpu/types'],
    allowJs: true,
    checkJs: true,
    isolatedModules: false,
    verbatimModuleSyntax: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => texts.has(path.normalize(file)) || fileExists(file);
  host.getSourceFile = (file, version, ...more) => {
    const text = texts.get(path.normalize(file));
    if (text === undefined) return getSourceFile(file, version, ...more);
    return ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const said = (file: string) => {
    const source = program.getSourceFile(file);
    assert.ok(source, file);
    const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return all
      .filter(({ code }) => code !== OUTSIDE_ROOT_DIR)
      .map(({ code, start = 0, messageText }) => ({
        code,
        line: source.getLineAndCharacterOfPosition(start).line + 1,
        message: ts.flattenDiagnosticMessageText(messageText, ' '),
      }));
  };
  const faults = new Map([['STAGE', said(stage).map(({ line, message }) => `STAGE:${line}: ${message}`)]]);
  for (const [file, { page, line: before, kind }] of modules) {
    const those = said(file).filter(({ code }) => !(kind === 'js' && isImplicitAny(code)));
    const lines = those.map(({ line, message }) => `${page}:${before + line}: ${message}`);
    faults.set(page, [...(faults.get(page) ?? []), ...lines]);
  }
  return faults;
}

const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...globSync(['docs', 'checkpoints'], '.md'),
];
const blocks = documents.flatMap((page) => blocksOf(page, readFileSync(path.join(root, page), 'utf8')));
const faults = faultsOf([...blocks, ...blocksOf('planted.md', PLANTED)]);

describe('the code of', () => {
  for (const page of new Set(blocks.map((block) => block.page)))
    test(`${page} compiles`, () => assert.equal(faults.get(page)?.join('\n'), ''));
});

describe('the check', () => {
  test('sees what is wrong in each kind of block, with its line, and nothing else', () => {
    const found = faults
      .get('planted.md')
      ?.map((fault) => fault.match(/^planted\.md:(\d+): (?:.*?'(\w+)')?/)?.slice(1));
    assert.deepEqual(found, [
      ['6', 'renderAll'],
      ['19', 'colour'],
      ['20', 'valueAsNumber'],
      ['27', 'readMidis'],
      ['28', 'sing'],
      ['33', undefined],
    ]);
  });

  test('has a stage that compiles, and no name on it that no block uses', () => {
    assert.equal(faults.get('STAGE')?.join('\n'), '');
    const code = blocks.map((block) => block.code).join('\n');
    const names = [...STAGE.matchAll(/(?:const|function|,) (\w+)[:(]/g)].map(([, name]) => name);
    assert.ok(names.length > 20);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code)),
      [],
    );
  });

  test('reads the pages that have code', () => {
    const pages = new Set(blocks.map((block) => block.page));
    for (const page of ['README.md', 'docs/nsynth.md', 'docs/playing-music.md'])
      assert.ok(pages.has(page), page);
  });
});
