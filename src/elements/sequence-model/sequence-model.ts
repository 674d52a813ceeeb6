import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { listMidiOutputs, type MidiOutputPort } from '../../midi/outputs.js';
import type { ContinueOptions } from '../../models/event-rnn/event-model.js';
import { droppedFiles } from '../gansynth-instrument/dropped-files.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import { slider, switchField, textField } from './fields.js';
import { download } from './midi-files.js';
import { barOf } from './primer.js';
import { styles } from './sequence-model.styles.js';
import { SequenceWork } from './sequence-work.js';
import { renderSettings } from './settings.js';
import { playableElements } from './sounding.js';
import { renderActions, renderStatus, renderTakes, type Action } from './views.js';

/**
 * What the elements of the sequence models share: a primer comes in, the model writes on, and it is seen, heard, kept and saved.
 * Abstract; the elements that are defined are `<melody-rnn>` and its like.
 */
export abstract class SequenceModelElement<
  O extends ContinueOptions = ContinueOptions,
> extends SequenceWork<O> {
  static override styles: CSSResultGroup = styles;

  @state() private revealed = 0;
  @state() private dropping = false;
  @state() private ports: readonly MidiOutputPort[] | undefined;
  @query('piano-roll') private readonly roll!: PianoRoll | null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.revealed === 0) void this.reveal();
  }

  override showPosition(position: number): void {
    if (this.roll) this.roll.playhead = position;
  }

  /** The controls of how much to write, and of this model's own. */
  protected abstract renderOwnControls(): unknown;

  /** What is played on to give a primer. */
  protected renderKeys(): TemplateResult {
    return html`<piano-keyboard
      part="keyboard"
      first="48"
      last="84"
      computer-keyboard=${this.computerKeyboard}
      label="Keys of ${this.kind.model}"
    ></piano-keyboard>`;
  }

  protected override render() {
    const { kind, sketches } = this;
    const { present } = sketches;
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => (this.dropping = false)}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>${kind.model}</h2></slot>
          ${renderStatus({
            failure: this.failure,
            loading: this.loading,
            writing: this.writing !== undefined,
            listening: this.recorder.notes.length > 0,
            sketch: present,
            configuration: this.model?.description.configuration,
            notice: this.notice,
            seed: this.seed,
            setSeed: (seed) => (this.seed = seed),
          })}
        </header>
        <div class="stage">
          ${
            this.revealed > 0
              ? html`<piano-roll
                  part="roll"
                  label=${kind.what}
                  .notes=${this.recorder.notes.length > 0 ? this.recorder.notes : this.notesPlayed}
                  .primerEnd=${this.recorder.notes.length > 0 ? Infinity : present.start}
                  .seconds=${present.length}
                  .bar=${barOf(present.primer)}
                  ?drums=${kind.drums}
                  .marks=${this.chordMarks}
                  @roll-seek=${(event: Event & { position: number }) => this.playback.seek(event.position)}
                  ><slot>Play a phrase, drop a MIDI file, or let it begin by itself.</slot></piano-roll
                >`
              : nothing
          }
        </div>
        ${renderActions({
          writing: this.writing !== undefined,
          playing: this.playing,
          empty: this.notesPlayed.length === 0,
          hasWritten: present.written !== undefined,
          canUndo: sketches.canUndo,
          loop: this.loop,
          tempo: this.tempo,
          transport: this.transport !== 'none',
          act: (action) => this.act(action),
          setLoop: (loop) => (this.loop = loop),
          setTempo: (tempo) => (this.tempo = tempo),
          open: (file) => void this.openMidi(file).catch(() => {}),
        })}
        <div part="controls" class="controls">${this.renderOwnControls()}${this.renderModelControls()}</div>
        ${this.keys === 'none' || this.revealed < 2 ? nothing : html`<div part="input">${this.renderKeys()}</div>`}
        <slot name="input"></slot>
        ${this.renderSettings()}
        ${renderTakes(
          sketches.takes,
          (take) => this.recall(take),
          (take) => {
            sketches.forget(take);
            this.requestUpdate();
          },
        )}
      </div>
    `;
  }

  private renderModelControls() {
    return [
      slider(
        'Temperature',
        this.temperature,
        { min: 0, max: 2, step: 0.05 },
        this.temperature.toFixed(2),
        (value) => (this.temperature = value),
      ),
      textField('Seed', this.seed, { placeholder: 'new', name: 'seed' }, (value) => (this.seed = value)),
      this.transport === 'none' ? nothing : switchField('Play at once', this.live, (on) => (this.live = on)),
      switchField('Call and response', this.callResponse, (on) => (this.callResponse = on)),
    ];
  }

  private renderSettings() {
    const { configuration, checkpoint, instrument, kind, files, ports } = this;
    return renderSettings({
      ...{ configuration, checkpoint, instrument, ports },
      ...{ model: kind.model, configurations: kind.configurations, drums: kind.drums },
      dropped: files?.length ?? 0,
      instruments: playableElements(this.getRootNode() as Document | ShadowRoot),
      setConfiguration: (value) => (this.configuration = value),
      setCheckpoint: (value) => (this.checkpoint = value),
      setInstrument: (value) => (this.instrument = value),
      askForMidi: () => void this.tried(async () => (this.ports = await listMidiOutputs())).catch(() => {}),
    });
  }

  /** What a button asks for. Failures are told by the status line and by `sequence-failure`. */
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

  private onDragOver(event: DragEvent): void {
    event.preventDefault();
    this.dropping = true;
  }

  private onDrop(event: DragEvent): void {
    event.preventDefault();
    this.dropping = false;
    if (!event.dataTransfer?.types.includes('Files')) return;
    droppedFiles(event.dataTransfer).then(
      (files) => this.isConnected && this.take(files),
      (error) => this.fail(error),
    );
  }
}
