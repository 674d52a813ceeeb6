import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { listMidiOutputs, type MidiOutputPort } from '../../midi/outputs.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import { numberField, slider, switchField, textField } from '../internal/fields.js';
import { partsOf } from '../internal/exported-parts.js';
import { renderPlaceholder } from '../internal/placeholder.js';
import type { RollBarEvent, RollEditEvent } from '../piano-roll/events.js';
import { renderLane, renderPanel } from './layouts.js';
import { download } from '../internal/download.js';
import { playableElements } from './note-destination.js';
import { barOf } from './primer.js';
import { SequenceElement } from './sequence-element.js';
import { styles } from './sequence-model.styles.js';
import { renderSettings } from './settings.js';
import { renderTrouble } from '../internal/status.js';
import { renderActions, renderBars, renderStatus, renderTakes, wordsOf, type Action } from './views.js';

/** Sixteenths of a bar. */
const STEPS_PER_BAR = 16;

/**
 * The elements of the sequence models share this: a primer comes in, the model writes on, and it is seen, heard, kept and saved.
 * Abstract; the elements that are defined are `<melody-rnn>` and its like.
 *
 * @fires {SequenceLoadEvent} sequence-load - The model is loaded.
 * @fires {SequenceChangeEvent} sequence-change - The music changed: `sequence`; `complete` is false while it is written.
 * @fires {SequencePlayEvent} sequence-play - Playback began or ended: `playing`.
 * @fires {SequenceFailureEvent} sequence-failure - Something failed; `error` is a coded TimbrelError.
 * @fires {SettingChangeEvent} setting-change - A person set `property` to `value`: temperature, seed, tempo and the like.
 *
 * @slot title - The heading.
 * @slot head - What a page puts beside the notes of a lane: mute, solo, level.
 * @slot input - Other things to play on: a `<midi-input>`.
 * @slot for-sound - A link to what plays sounds, in the answer to one that is dropped and not taken.
 * @slot for-patch - A link to what opens sounds of an instrument, in the answer to one that is dropped and not taken.
 * @slot - What the roll says while it is empty.
 * @csspart base - The whole element.
 * @csspart header - Heading and state.
 * @csspart status - The line that says what the element does; also `error`.
 * @csspart roll - The `<piano-roll>`.
 * @csspart more - The button that unfolds what a lane folds away.
 * @csspart bars - Buttons of the bar that is chosen: write it anew, keep it.
 * @csspart actions - Buttons: writing, playback, keeping.
 * @csspart main - The primary button, which writes.
 * @csspart transport - Play, loop, tempo.
 * @csspart stop - The button that stops what plays.
 * @csspart files - Keep, undo, open and save.
 * @csspart controls - What the model can be told.
 * @csspart surprise - The control of the temperature.
 * @csspart input - What is played on.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart settings - What plays, and under Details the model and its configuration.
 * @csspart takes - What was kept.
 * @csspart take - A button that goes back to one kept take.
 *
 * @cssproperty --sequence-lane-head - Width of what stands beside the notes of a lane.
 */
export abstract class SequenceModelElement<
  O extends ContinueOptions = ContinueOptions,
> extends SequenceElement<O> {
  static override styles: CSSResultGroup = styles;

  /** The pieces that a lane folds away are seen. */
  @state() private unfolded = false;
  /** So many of roll and keys are there: each is made in a task of its own. */
  @state() private revealed = 0;
  @state() private ports: readonly MidiOutputPort[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.revealed === 0) void this.reveal();
  }

  /** The controls of how much to write, and of this model's own. */
  protected renderOwnControls(): unknown {
    return numberField('Bars', this.steps / STEPS_PER_BAR, { min: 1, max: 256, step: 1 }, (bars) =>
      this.adjust({ steps: Math.max(1, Math.round(bars * STEPS_PER_BAR)) }),
    );
  }

  /** The keys that are played on to give a primer. */
  protected renderKeys(): TemplateResult {
    return html`<piano-keyboard
      part="keyboard"
      exportparts=${partsOf('piano-keyboard')}
      first="48"
      last="84"
      computer-keyboard=${this.computerKeyboard}
      label="Keys"
    ></piano-keyboard>`;
  }

  protected override render() {
    const { kind, session, unfolded } = this;
    const lane = this.layout === 'lane';
    const keys = this.keys === 'none' || this.revealed < 2 || (lane && !unfolded);
    const pieces = {
      name: kind.model,
      status: this.renderStatus(),
      partly: session.notice !== '',
      failure: renderTrouble(this.failure, () => (this.failure = undefined), wordsOf),
      roll: this.revealed > 0 ? this.renderRoll() : nothing,
      bars: this.renderBars(lane),
      actions: this.renderActions(lane),
      controls: [this.renderOwnControls(), this.renderModelControls()],
      keys: keys ? nothing : this.renderKeys(),
      settings: this.renderSettings(),
      takes: renderTakes(
        session.sketches.takes,
        (take) => this.recall(take),
        (take) => session.forgetTake(take),
      ),
    };
    return html`<div
      part="base"
      class="base ${lane ? 'lane' : ''} ${this.dropping ? 'dropping' : ''}"
      @dragover=${(event: DragEvent) => this.onDragOver(event)}
      @dragleave=${() => this.onDragLeave()}
      @drop=${(event: DragEvent) => this.onDrop(event)}
    >
      ${lane ? renderLane(pieces, unfolded, () => (this.unfolded = !unfolded)) : renderPanel(pieces)}
    </div>`;
  }

  private renderStatus() {
    const { session } = this;
    return renderStatus({
      loading: this.loading,
      soundStopped: this.soundStopped,
      resume: () => void this.ready().catch((error) => this.fail(error)),
      writing: session.isWriting,
      listening: session.recorder.notes.length > 0,
      sketch: session.sketches.present,
      notice: session.notice,
      remark: this.remark,
      seed: this.seed,
      setSeed: (seed) => this.adjust({ seed }),
    });
  }

  private renderRoll() {
    const { kind, session } = this;
    const { present } = session.sketches;
    // A phrase that is being played is shown as it comes.
    const played = session.recorder.notes;
    const listening = played.length > 0;
    return html`<piano-roll
      part="roll"
      exportparts=${partsOf('piano-roll')}
      label=${kind.what}
      layout=${this.layout === 'lane' ? 'lane' : 'full'}
      ?editable=${!listening}
      .notes=${listening ? played : session.notes}
      .primerEnd=${listening ? Infinity : present.start}
      .seconds=${Math.max(this.room, present.length)}
      .bar=${barOf(present.primer)}
      .kept=${session.kept}
      .chosenBar=${this.chosenBar}
      ?drums=${kind.drums}
      .marks=${session.chords}
      @roll-seek=${(event: Event & { position: number }) => session.playback.seek(event.position)}
      @roll-edit=${({ notes }: RollEditEvent) => session.edit(notes)}
      @roll-undo=${() => this.undo()}
      @roll-bar=${({ bar }: RollBarEvent) => (this.chosenBar = bar)}
      >${renderPlaceholder(this, 'Play a phrase, drop a MIDI file, or let it begin by itself.')}</piano-roll
    >`;
  }

  private renderBars(whole: boolean) {
    const { session, chosenBar: bar } = this;
    return renderBars({
      ...{ whole, bar, kept: session.kept, writing: session.isWriting },
      act: (action) => this.act(action),
      keep: (bar, kept) =>
        session.keepBars(
          kept ? [...session.kept, bar].sort((a, b) => a - b) : session.kept.filter((other) => other !== bar),
        ),
    });
  }

  private renderActions(lane: boolean) {
    const { session } = this;
    const { present, canUndo } = session.sketches;
    return renderActions({
      writing: session.isWriting,
      stopEndsWriting: this.stopEndsWriting,
      playing: this.playing,
      empty: session.notes.length === 0,
      hasWritten: present.written !== undefined,
      canUndo,
      loop: this.loop,
      tempo: this.tempo,
      transport: this.transport !== 'none',
      lane,
      primary: this.primary === 'own',
      bars: lane ? nothing : this.renderBars(false),
      act: (action) => this.act(action),
      setLoop: (loop) => this.adjust({ loop }),
      setTempo: (tempo) => this.adjust({ tempo }),
      open: (file) => void this.openMidi(file).catch(() => {}),
    });
  }

  private renderModelControls() {
    return [
      slider(
        'Surprise',
        this.temperature,
        { min: 0, max: 2, step: 0.05 },
        this.temperature.toFixed(2),
        (value) => this.adjust({ temperature: value }),
        'surprise',
      ),
      textField('Variation', this.seed, { placeholder: 'new', name: 'seed' }, (value) =>
        this.adjust({ seed: value }),
      ),
      this.transport === 'none'
        ? nothing
        : switchField('Play at once', this.live, (on) => this.adjust({ live: on })),
      switchField('Call and response', this.callResponse, (on) => this.adjust({ callResponse: on })),
    ];
  }

  private renderSettings() {
    const { configuration, checkpoint, instrument, kind, files, ports } = this;
    return renderSettings({
      ...{ configuration, checkpoint, instrument, ports },
      ...{ model: kind.model, configurations: kind.configurations, drums: kind.drums },
      dropped: files?.length ?? 0,
      instruments: playableElements(this.tree),
      setConfiguration: (value) => this.adjust({ configuration: value }),
      setCheckpoint: (value) => this.adjust({ checkpoint: value }),
      setInstrument: (value) => this.adjust({ instrument: value }),
      askForMidi: () => void this.tried(async () => (this.ports = await listMidiOutputs())).catch(() => {}),
    });
  }

  /** Does what a button asks for. Failures are told by the status line and by `sequence-failure`. */
  private act(action: Action): void {
    if (action === 'save') void this.midi().then((file) => download(file, `${this.kind.what}.mid`));
    else void Promise.resolve(this[action]()).catch(() => {});
  }

  private async reveal(): Promise<void> {
    await import('../piano-roll/piano-roll.js');
    this.revealed = 1;
    await new Promise((resolve) => setTimeout(resolve));
    await import('../piano-keyboard/piano-keyboard.js');
    this.revealed = 2;
  }
}
