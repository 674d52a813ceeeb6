/**
 * A name that is no option is told, with the one that was meant, by every call of every public class, and every function of
 * timbrel/music, that takes options. The calls and their options are read from the types, so that what is added is tried too.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import * as Package from '../src/index.js';
import * as Music from '../src/music/index.js';
import { nearestName } from '../src/errors/nearest-name.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A call that takes options. */
interface Call {
  readonly owner: string;
  readonly kind: 'constructor' | 'static' | 'method' | 'function';
  readonly name: string;
  /** The place of the options among the arguments. */
  readonly at: number;
  readonly options: readonly string[];
}

/** Errors take the language's options, and these the DOM's. */
const OF_OTHERS = ['TimbrelError', 'addEventListener', 'removeEventListener'];

const PACKAGE = { ...Package, ...Music };

/** Parameters that are named so, and those of functions of which nothing has to be given, whatever they are called. */
function isOptions(checker: ts.TypeChecker, kind: Call['kind'], parameter: ts.Symbol): boolean {
  if (parameter.name === 'options') return true;
  if (kind !== 'function') return false;
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameter));
  const fields = type.getProperties();
  return fields.length > 0 && fields.every(({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0);
}

function publicCalls(): Call[] {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = ['src/index.ts', 'src/music/index.ts'].map((name) => path.join(root, name));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const exports = files.flatMap((name) => {
    const file = program.getSourceFile(name);
    const module = file && checker.getSymbolAtLocation(file);
    assert.ok(module);
    return checker.getExportsOfModule(module);
  });
  const calls: Call[] = [];
  const add = (owner: string, kind: Call['kind'], name: string, signatures: readonly ts.Signature[]) => {
    for (const signature of signatures) {
      const parameters = signature.getParameters();
      const at = parameters.findIndex((one) => isOptions(checker, kind, one));
      if (at < 0 || OF_OTHERS.includes(name)) continue;
      const type = checker.getNonNullableType(checker.getTypeOfSymbol(parameters[at]));
      calls.push({ owner, kind, name, at, options: type.getProperties().map((one) => one.name) });
    }
  };
  const isPublic = (symbol: ts.Symbol) =>
    symbol.declarations?.every(
      (one) =>
        !(ts.getCombinedModifierFlags(one) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) &&
        !ts.getJSDocTags(one).some((tag) => tag.tagName.text === 'internal'),
    ) === true;
  for (const exported of exports) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const type = checker.getTypeOfSymbol(symbol);
    if (symbol.flags & ts.SymbolFlags.Function && exported.name in PACKAGE)
      add('', 'function', exported.name, type.getCallSignatures());
    if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
    add(exported.name, 'constructor', exported.name, type.getConstructSignatures());
    const methodsOf = (kind: Call['kind'], owner: ts.Type) => {
      for (const one of owner.getProperties().filter(isPublic))
        add(exported.name, kind, one.name, checker.getTypeOfSymbol(one).getCallSignatures());
    };
    methodsOf('static', type);
    methodsOf('method', checker.getDeclaredTypeOfSymbol(symbol));
  }
  return calls;
}

/** What makes one without a worker: what is refused here never comes to one. */
function made(owner: string): readonly unknown[] {
  if (/Instrument$|^PlainKeys$|^DrumKit$/.test(owner)) return [];
  if (owner === 'MIDIPlayer') return [{ send() {} }];
  if (owner === 'Metronome') return [{ currentTime: 0 }, { click() {} }];
  if (owner === 'SequencePlayer') return [{ currentTime: 0 }, () => undefined];
  return [{ description: {} }, { description: {} }, {}];
}

type Callable = (...args: unknown[]) => unknown;

/** Calls with one option, and nothing at all before it. */
function call({ owner, kind, name, at }: Call, option: object): unknown {
  const all = PACKAGE as unknown as Readonly<Record<string, Callable & Readonly<Record<string, Callable>>>>;
  const args = [...Array.from({ length: at }, () => undefined), option];
  switch (kind) {
    case 'function':
      return all[name](...args);
    case 'static':
      return all[owner][name](...args);
    case 'constructor':
      return Reflect.construct(all[owner], args);
    case 'method': {
      const kind = owner === 'TimbreInstrument' ? 'GANSynthInstrument' : owner;
      const instance = Reflect.construct(all[kind], made(owner)) as Record<string, Callable>;
      return instance[name](...args);
    }
  }
}

const calls = publicCalls();
/** Written with a letter too many, as it happens. */
const mistyped = (name: string) => `${name.slice(0, 2)}${name.slice(1)}`;

describe('an option that there is not is told by', () => {
  for (const one of calls) {
    const title =
      one.kind === 'constructor' ? `new ${one.owner}` : [one.owner, one.name].filter(Boolean).join('.');
    test(`${title}, and which one was meant`, async () => {
      assert.ok(one.options.length > 0);
      const refusal = (message: RegExp) => ({ name: 'TimbrelError', code: 'OPTION_INVALID', message });
      const tries = (option: string, message: RegExp) =>
        assert.rejects(async () => call(one, { [option]: 5 }), refusal(message), option);
      await tries('colour', /^There is no option "colour"; there (is|are) /);
      for (const option of one.options.filter(({ length }) => length > 2))
        await tries(
          mistyped(option),
          new RegExp(`"${mistyped(option)}", did you mean ${option}\\?; .*\\b${option}\\b`),
        );
    });
  }

  test('every class of a model or an instrument: the walk over the types found them', () => {
    const owners = new Set(calls.map(({ owner }) => owner));
    for (const owner of `DrumKit DrumsRNN GANSynth GANSynthInstrument ImprovRNN MelodyRNN MidiMe MusicTransformer MusicVAE NSynth
      NSynthInstrument OnsetsAndFrames PerformanceRNN PlainKeys PolyphonyRNN SequencePlayer`.split(/\s+/))
      assert.ok(owners.has(owner), owner);
    const names = new Set(calls.map(({ name }) => name));
    for (const name of [
      'load',
      'generate',
      'continueSequence',
      'decode',
      'transcribe',
      'logProbability',
      'start',
      'fetchCheckpoint',
    ])
      assert.ok(names.has(name), name);
  });

  test('every function of timbrel/music that takes options', () => {
    const names = calls.filter(({ kind }) => kind === 'function').map(({ name }) => name);
    for (const name of [
      'extractMelodies',
      'sequenceToPianoRoll',
      'pianoRollToSequence',
      'adjustTimes',
      'multitrackTokens',
      'grooveWindows',
    ])
      assert.ok(names.includes(name), name);
  });

  test('parts of a piece and of a recording that is under way', async () => {
    const piece = { write: async () => ({ events: [], logProbabilities: [] }), close: async () => {} };
    const writer = { description: {}, begin: async () => piece };
    const melody = Reflect.construct(Package.MelodyRNN, [writer]) as Package.MelodyRNN;
    const continuation = await melody.begin({ notes: [] });
    await assert.rejects(continuation.write({ steps: 4, temprature: 1 } as object), {
      code: 'OPTION_INVALID',
      message: /"temprature", did you mean temperature\?/,
    });
    const worker = { call: async () => 1 };
    const transcriber = Reflect.construct(Package.OnsetsAndFrames, [
      worker,
      undefined,
      { isStreaming: true },
    ]) as Package.OnsetsAndFrames;
    const transcription = await transcriber.begin({ redrawable: true });
    const refused = { code: 'OPTION_INVALID' };
    await assert.rejects(transcription.redraw({ onsetTreshold: 0.5 } as object), refused);
    await assert.rejects(transcription.close({ onProgres: () => {} } as object), refused);
  });

  test('nobody where it is undefined: a name without a value is no option', async () => {
    await assert.rejects(Package.MelodyRNN.load(5 as never, { colour: undefined } as object), /source is 5/);
  });
});

describe('the name that was meant', () => {
  test('is the one that is written most like it, in capitals or not', () => {
    assert.equal(nearestName('temprature', ['topK', 'temperature', 'topP']), 'temperature');
    assert.equal(nearestName('topk', ['topP', 'topK']), 'topK');
    assert.equal(nearestName('onnotes', ['seed', 'onNotes']), 'onNotes');
  });

  test('is nothing where no name is like it', () => {
    assert.equal(nearestName('latent', ['pitch', 'timbre', 'z', 'seed', 'signal']), undefined);
    assert.equal(nearestName('colour', []), undefined);
  });
});
