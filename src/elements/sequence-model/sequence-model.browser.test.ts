/** The elements of the sequence models without their models: primers, keys, MIDI outputs, what can be reached and read. */
import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
import { WebMidi } from 'webmidi';
import { violations } from '../../../test/axe.js';
import { FakeMidiAccess, FakeMidiOutput, fakeRequestMidiAccess } from '../../../test/fakes/midi-access.js';
import { darken, mount, record } from '../../../test/fixture.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { writeMidi } from '../../music/midi-writer.js';
import { readMidi } from '../../music/midi-reader.js';
import { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { SequenceModelElement } from './sequence-model.js';
import type { DrumsRNNElement } from '../drums-rnn/drums-rnn.js';
import type { MelodyRNNElement } from '../melody-rnn/melody-rnn.js';
import type { PerformanceRNNElement } from '../performance-rnn/performance-rnn.js';
import '../melody-rnn/melody-rnn.js';
import '../drums-rnn/drums-rnn.js';
import '../improv-rnn/improv-rnn.js';
import '../polyphony-rnn/polyphony-rnn.js';
import '../performance-rnn/performance-rnn.js';

const PHRASE = {
  tempos: [{ time: 0, qpm: 100 }],
  notes: [60, 62, 64].map((pitch, i) => ({
    pitch,
    velocity: 90,
    startTime: i * 0.6,
    endTime: (i + 1) * 0.6,
  })),
  totalTime: 2.4,
};

const midi = (sequence: NoteSequence) => new Blob([writeMidi(sequence) as Uint8Array<ArrayBuffer>]);

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition(), condition.toString()).to.equal(true);
}

async function lane<T extends SequenceModelElement>(html: string): Promise<T> {
  const element = await mount<T>(html);
  await until(() => element.shadowRoot?.querySelector('piano-roll') instanceof Element);
  return element;
}

async function complete<T extends SequenceModelElement>(html: string): Promise<T> {
  const element = await mount<T>(html);
  await until(() => element.shadowRoot?.querySelector('piano-roll') instanceof Element);
  await until(() => element.shadowRoot?.querySelector('piano-keyboard, .pads') instanceof Element);
  return element;
}

const action = (element: Element, name: string) =>
  element.shadowRoot!.querySelector<HTMLButtonElement>(`[data-action=${name}]`)!;

describe('the element of a sequence model', () => {
  it('opens a MIDI file as its primer, and gives it back as one', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn></melody-rnn>');
    const changes = record(element, 'sequence-change');
    await element.openMidi(midi(PHRASE));
    expect(changes).to.have.length(1);
    expect(element.tempo).to.be.closeTo(100, 0.01);
    const read = readMidi(new Uint8Array(await (await element.midi()).arrayBuffer()));
    expect(read.notes.map(({ pitch }) => pitch)).to.deep.equal([60, 62, 64]);
  });

  it('refuses what is no MIDI file with a coded error, and keeps what is there', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn></melody-rnn>');
    element.primer = PHRASE;
    const failures = record(element, 'sequence-failure');
    const error = await element.openMidi(new Blob(['no'])).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('code', 'MIDI_FILE_INVALID');
    expect(failures.map(({ error: { code } }) => code)).to.deep.equal(['MIDI_FILE_INVALID']);
    expect(element.notes).to.have.length(3);
    await element.updateComplete;
    // To musicians in their words; in full for who unfolds it.
    const alert = element.shadowRoot!.querySelector<HTMLElement>('[role=alert]')!;
    expect(alert.innerText).to.contain('This is no MIDI file');
    expect(alert.innerText).not.to.contain('MIDI_FILE_INVALID');
    expect(alert.querySelector('details')!.textContent).to.contain('MIDI_FILE_INVALID');
  });

  describe('whose sound is stopped by the device or the browser', () => {
    const BEAT = { ...PHRASE, notes: PHRASE.notes.map((note) => ({ ...note, pitch: 36, isDrum: true })) };
    const says = (element: Element) =>
      element.shadowRoot!.querySelector<HTMLElement>('[part~=status]')!.innerText;
    const resume = (element: Element) => element.shadowRoot!.querySelector<HTMLButtonElement>('.resume');
    async function playing(): Promise<{ element: DrumsRNNElement; context: AudioContext }> {
      const element = await complete<DrumsRNNElement>('<drums-rnn></drums-rnn>');
      const context = new AudioContext();
      element.context = context;
      element.primer = BEAT;
      await element.play();
      return { element, context };
    }

    it('says so, with a button that brings it back', async () => {
      const { element, context } = await playing();
      expect(resume(element)).to.equal(null);
      await context.suspend();
      await until(() => resume(element) !== null);
      expect(says(element)).to.contain('The sound was stopped');
      resume(element)!.click();
      await until(() => context.state === 'running' && resume(element) === null);
      expect(says(element)).not.to.contain('stopped');
      await context.close();
    });

    it('takes back the failure to begin once it sounds', async () => {
      const { element, context } = await playing();
      await context.suspend();
      const native = context.resume.bind(context);
      context.resume = () => Promise.reject(new Error('not now'));
      const error = await element.play().catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'AUDIO_CONTEXT_SUSPENDED');
      await element.updateComplete;
      expect(element.shadowRoot!.querySelector('[role=alert]')).not.to.equal(null);
      await native();
      await until(() => element.shadowRoot!.querySelector('[role=alert]') === null);
      await context.close();
    });

    it('says nothing of it any more when it plays on something else', async () => {
      const { element, context } = await playing();
      await context.suspend();
      await until(() => resume(element) !== null);
      element.instrument = 'other';
      await until(() => resume(element) === null);
      await context.close();
    });
  });

  for (const [name, isDrum, said] of [
    ['drums-rnn', false, 'no drums'],
    ['melody-rnn', true, 'only drums'],
    ['performance-rnn', true, 'only drums'],
  ] as const) {
    it(`<${name}> keeps its primer when a file has nothing for it, and says so`, async () => {
      const element = await complete<SequenceModelElement>(`<${name}></${name}>`);
      element.primer = { notes: PHRASE.notes.map((note) => ({ ...note, isDrum: !isDrum })) };
      const failures = record(element, 'sequence-failure');
      const other = { ...PHRASE, notes: PHRASE.notes.map((note) => ({ ...note, isDrum })) };
      const error = await element.openMidi(midi(other)).catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'PRIMER_EMPTY');
      expect(failures).to.have.length(1);
      expect(element.notes).to.have.length(3);
      await element.updateComplete;
      expect(element.shadowRoot!.querySelector<HTMLElement>('[role=alert]')!.innerText).to.contain(said);
    });
  }

  it('takes the first part with notes for it of a file whose tempo changes, and says what it took', async () => {
    // A bar of drums at 120, two bars of melody at 60, then a faster one.
    const note = (pitch: number, startTime: number, isDrum = false) => ({
      ...{ pitch, velocity: 90, startTime, endTime: startTime + 1, isDrum },
    });
    const piece = {
      tempos: [
        { time: 0, qpm: 120 },
        { time: 2, qpm: 60 },
        { time: 10, qpm: 150 },
      ],
      notes: [note(36, 0, true), note(60, 2), note(64, 6), note(67, 10)],
      totalTime: 12,
    };
    const status = () => element.shadowRoot!.querySelector<HTMLElement>('.status')!.innerText;
    const element = await complete<MelodyRNNElement>('<melody-rnn></melody-rnn>');
    await element.openMidi(midi(piece));
    await element.updateComplete;
    expect(element.primer.notes.map(({ pitch, startTime }) => [pitch, startTime])).to.deep.equal([
      [60, 0],
      [64, 4],
    ]);
    expect(element.tempo).to.equal(60);
    expect(status()).to.contain(
      'from 0:02 to 0:10, where the tempo or the meter changes; the rest is left out',
    );
    // Seconds are the same in any tempo.
    const performance = await complete<PerformanceRNNElement>('<performance-rnn></performance-rnn>');
    await performance.openMidi(midi(piece));
    expect(performance.primer.notes).to.have.length(3);
  });

  it('saves a MIDI file in the tempo that is set', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn></melody-rnn>');
    await element.openMidi(midi(PHRASE));
    element.tempo = 50;
    const read = readMidi(new Uint8Array(await (await element.midi()).arrayBuffer()));
    expect(read.tempos![0].qpm).to.be.closeTo(50, 1e-3);
    expect(read.notes.map(({ startTime }) => +startTime!.toFixed(2))).to.deep.equal([0, 1.2, 2.4]);
    element.clear();
    element.primer = { notes: PHRASE.notes };
    element.tempo = 60;
    const untold = readMidi(new Uint8Array(await (await element.midi()).arrayBuffer()));
    expect(untold.tempos![0].qpm).to.be.closeTo(60, 1e-3);
    expect(untold.notes[1].startTime).to.be.closeTo(1.2, 0.01);
  });

  it('hears once what is played on an instrument inside of it', async () => {
    const element = await complete<PerformanceRNNElement>(
      '<performance-rnn input="inner"><div slot="input" id="inner"><i></i></div></performance-rnn>',
    );
    const keys = element.querySelector('i')!;
    const inner = element.querySelector('#inner')!;
    // Like an instrument, it keeps its notes to itself; or, like a keyboard, it does not.
    const keep = (event: Event) => event.stopPropagation();
    for (const type of ['note-on', 'note-off']) inner.addEventListener(type, keep);
    keys.dispatchEvent(new NoteOnEvent(60, 100));
    keys.dispatchEvent(new NoteOffEvent(60));
    for (const type of ['note-on', 'note-off']) inner.removeEventListener(type, keep);
    keys.dispatchEvent(new NoteOnEvent(64, 100));
    keys.dispatchEvent(new NoteOffEvent(64));
    await until(() => element.primer.notes.length > 0);
    expect(element.primer.notes.map(({ pitch }) => pitch)).to.deep.equal([60, 64]);
  });

  it('leaves playing to the page that has a transport', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn transport="none" live></melody-rnn>');
    const { shadowRoot } = element;
    expect(shadowRoot!.querySelector('[part=transport], [data-action=play]')).to.equal(null);
    const labels = [...shadowRoot!.querySelectorAll('label')].map(({ textContent }) => textContent!.trim());
    expect(labels).to.include('Call and response');
    expect(labels).not.to.include('Play at once');
  });

  it('takes a phrase from another element of the page for its primer when the player rests', async () => {
    const keys = document.createElement('div');
    keys.id = 'keys';
    document.body.append(keys);
    const element = await complete<DrumsRNNElement>('<drums-rnn input="keys"></drums-rnn>');
    keys.dispatchEvent(new NoteOnEvent(36, 100));
    keys.dispatchEvent(new NoteOffEvent(36));
    await until(() => element.primer.notes.length === 1);
    expect(element.primer.notes[0]).to.include({ pitch: 36, isDrum: true, startTime: 0 });
    keys.remove();
  });

  it('hears an element that the page gets later than itself, and one that takes its place', async () => {
    const element = await complete<DrumsRNNElement>('<drums-rnn input="later"></drums-rnn>');
    for (const pitch of [36, 38]) {
      const keys = document.createElement('div');
      keys.id = 'later';
      document.body.append(keys);
      keys.dispatchEvent(new NoteOnEvent(pitch, 100));
      keys.dispatchEvent(new NoteOffEvent(pitch));
      await until(() => element.primer.notes[0]?.pitch === pitch);
      keys.remove();
    }
  });

  it('goes back, keeps takes and forgets them, by its buttons', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn></melody-rnn>');
    element.primer = PHRASE;
    await element.updateComplete;
    action(element, 'keep').click();
    action(element, 'clear').click();
    await element.updateComplete;
    expect(element.notes).to.have.length(0);
    action(element, 'undo').click();
    expect(element.notes).to.have.length(3);
    expect(element.takes.map(({ name }) => name)).to.deep.equal(['Take 1']);
    await element.updateComplete;
    element.shadowRoot!.querySelector<HTMLButtonElement>('[aria-label="Forget Take 1"]')!.click();
    expect(element.takes).to.have.length(0);
  });

  it('reflects its properties, and takes nonsense in attributes for nothing', async () => {
    const element = await complete<PerformanceRNNElement>(
      '<performance-rnn tempo="-3" temperature="hot"></performance-rnn>',
    );
    expect([element.tempo, element.temperature]).to.deep.equal([120, 1]);
    Object.assign(element, { temperature: 0.5, seed: 'x', loop: true, callResponse: false, noteDensity: 4 });
    await element.updateComplete;
    const shown = ['temperature', 'seed', 'loop', 'note-density'].map((name) => element.getAttribute(name));
    expect(shown).to.deep.equal(['0.5', 'x', '', '4']);
  });

  it('says that there is nothing to play on, where there is not', async () => {
    const element = await complete<MelodyRNNElement>('<melody-rnn instrument="nobody"></melody-rnn>');
    element.primer = PHRASE;
    const error = await element.play().catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'OPTION_INVALID');
    expect(element.playing).to.equal(false);
  });

  it('shows density and pitches where the configuration is conditioned on them', async () => {
    const element = await complete<PerformanceRNNElement>('<performance-rnn></performance-rnn>');
    const shown = () => [
      element.shadowRoot!.querySelectorAll('.histogram input').length,
      [...element.shadowRoot!.querySelectorAll('label')].filter((label) =>
        label.textContent?.includes('Density'),
      ).length,
    ];
    expect(shown()).to.deep.equal([0, 0]);
    element.configuration = 'multiconditioned_performance_with_dynamics';
    await element.updateComplete;
    expect(shown()).to.deep.equal([12, 1]);
    const slider = element.shadowRoot!.querySelector<HTMLInputElement>('.histogram input')!;
    slider.value = '0';
    slider.dispatchEvent(new Event('input'));
    expect(element.pitchHistogram).to.equal('0,1,1,1,1,1,1,1,1,1,1,1');
  });

  for (const name of ['melody-rnn', 'drums-rnn', 'improv-rnn', 'polyphony-rnn', 'performance-rnn']) {
    it(`<${name}> is without fault to assistive technology, in the light and in the dark`, async () => {
      const element = await complete(`<${name}></${name}>`);
      element.keep();
      await element.updateComplete;
      expect(await violations(element)).to.deep.equal([]);
      darken(element);
      expect(await violations(element)).to.deep.equal([]);
    });
  }
});

describe('<drums-rnn>', () => {
  it('has its beat set on the roll by the keyboard, and takes it back', async () => {
    const element = await complete<DrumsRNNElement>('<drums-rnn tempo="120"></drums-rnn>');
    element.primer = { ...PHRASE, notes: [{ pitch: 38, startTime: 0, endTime: 0.1, isDrum: true }] };
    await element.updateComplete;
    const roll = element.shadowRoot!.querySelector('piano-roll')!;
    roll.shadowRoot!.querySelector<HTMLElement>('.notes')!.focus();
    await sendKeys({ press: 'ArrowRight' });
    await sendKeys({ press: 'ArrowDown' });
    await sendKeys({ press: 'Control+ArrowRight' });
    // A sixteenth at 100 quarters a minute.
    const strokes = () => element.primer.notes.map(({ pitch, startTime }) => [pitch, +startTime!.toFixed(3)]);
    expect(strokes()).to.deep.equal([[36, 0.15]]);
    await sendKeys({ press: 'Control+z' });
    await sendKeys({ press: 'Control+z' });
    expect(strokes()).to.deep.equal([[38, 0]]);
  });
});

describe('the element of a sequence model as a lane', () => {
  it('is as high as its notes, and folds away what is not pressed while it plays', async () => {
    const element = await lane<DrumsRNNElement>(
      '<drums-rnn layout="lane" transport="none" style="width: 60rem"></drums-rnn>',
    );
    expect(element.getBoundingClientRect().height).to.be.within(96, 98);
    const seen = () =>
      [...element.shadowRoot!.querySelectorAll('button')]
        .filter((button) => button.checkVisibility())
        .map((button) => button.innerText);
    expect(seen()).to.deep.equal(['More', 'Rewrite']);
    element.shadowRoot!.querySelector<HTMLButtonElement>('[part=more]')!.click();
    await element.updateComplete;
    expect(seen()).to.include.members(['Extend', 'Save MIDI']);
    expect(await violations(element)).to.deep.equal([]);
  });

  it('offers what can be done with a bar once one is chosen, and marks it as kept', async () => {
    const element = await lane<MelodyRNNElement>(
      '<melody-rnn layout="lane" style="width: 60rem"></melody-rnn>',
    );
    element.primer = PHRASE;
    await element.updateComplete;
    const roll = element.shadowRoot!.querySelector('piano-roll')!;
    await roll.updateComplete;
    roll.shadowRoot!.querySelector<HTMLElement>('.notes')!.focus();
    await sendKeys({ press: 'PageDown' });
    await element.updateComplete;
    const button = (words: string) =>
      [...element.shadowRoot!.querySelectorAll('button')].find(({ innerText }) => innerText === words);
    expect(button('Rewrite bar 1')!.disabled).to.equal(false);
    button('Keep bar 1')!.click();
    await element.updateComplete;
    expect(element.keptBars).to.deep.equal([0]);
    expect(button('Keep bar 1')!.getAttribute('aria-pressed')).to.equal('true');
    expect(button('Rewrite bar 1')!.disabled).to.equal(true);
    expect(await violations(element)).to.deep.equal([]);
  });
});

describe('playing on a MIDI output', () => {
  it('asks on the click, and sends each note ahead with its time', async () => {
    const port = new FakeMidiOutput('out', 'Synth');
    const access = new FakeMidiAccess();
    access.outputs.set(port.id, port);
    let asked = 0;
    const restore = fakeRequestMidiAccess(() => {
      asked++;
      return Promise.resolve(access);
    });
    try {
      const element = await complete<MelodyRNNElement>('<melody-rnn tempo="200"></melody-rnn>');
      element.primer = PHRASE;
      expect(asked).to.equal(0);
      const find = [...element.shadowRoot!.querySelectorAll('button')].find((each) =>
        each.textContent?.includes('Find MIDI outputs'),
      )!;
      find.click();
      await until(() => element.shadowRoot!.querySelector('option[value="midi:out"]') !== null);
      expect(asked).to.equal(1);
      element.instrument = 'midi:out';
      await element.updateComplete;
      const events = record(element, 'sequence-play');
      await element.play({ from: 0 });
      await until(() => events.length === 2);
      const on = port.sent.filter(({ bytes: [status] }) => status === 0x90);
      expect(on.map(({ bytes }) => bytes)).to.deep.equal([
        [0x90, 60, 90],
        [0x90, 62, 90],
        [0x90, 64, 90],
      ]);
      // Written at 100, played at 200: 0.6 s become 0.3.
      expect(on[1].time - on[0].time).to.be.closeTo(300, 0.5);
      expect(on[2].time - on[1].time).to.be.closeTo(300, 0.5);
    } finally {
      restore();
      await WebMidi.disable();
    }
  });
});
