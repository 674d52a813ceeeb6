/** The sounds of an instrument: chosen, drawn, kept, saved, recorded, sent, and taken back. */
import { property, state } from 'lit/decorators.js';
import type { InstrumentSetting } from '../../instruments/events.js';
import type { PatchCorner } from '../../instruments/patch.js';
import type { TimbreInstrument } from '../../instruments/timbre-instrument.js';
import type { Corners } from '../../latent/latent.js';
import { download, fileName } from '../internal/download.js';
import { SettingChangeEvent } from '../setting-events.js';
import { readAddress, readName, writeAddress } from './address.js';
import { soundName } from './corner-fields.js';
import { EngineElement } from './engine-element.js';
import { Favourites, isOfSound, type NamedSound } from './favourites.js';
import { History } from './history.js';
import { Recording } from './recording.js';

/** A word on what was done is shown so long, ms. */
const SAID = 6000;

/** The base of {@link TimbreInstrumentElement}, which draws it. */
export abstract class SoundsElement<I extends TimbreInstrument = TimbreInstrument> extends EngineElement<I> {
  /** The sound of the page's address, `#patch=...`, is opened, and a link to the present one can be copied. */
  @property({ type: Boolean, reflect: true }) linked = false;

  @state() protected said = '';
  /** Random timbres are looked for. */
  @state() protected drawing = false;
  /** The preset or favourite that was chosen last, until it is changed. */
  @state() private named: string | undefined;

  protected readonly changes = new History();
  protected readonly favourites = new Favourites(this.localName);
  protected readonly recording = new Recording();
  private saidTimer: ReturnType<typeof setTimeout> | undefined;

  /** Takes the last change back that a person made. @throws CHECKPOINT_*, ABORTED where another network has to be loaded for it */
  async undo(): Promise<void> {
    const before = this.changes.takeBack();
    if (!before) return;
    this.named = undefined;
    await this.restore(before);
    this.dispatchEvent(new SettingChangeEvent('patch', before));
  }

  /** Sounds that can be chosen by name; those whose timbres the network has are shown. */
  protected abstract get presets(): readonly NamedSound[];

  protected override firstUpdated(): void {
    if (this.linked) void this.openAddress();
  }

  protected override beforeChange(group?: string): void {
    this.named = undefined;
    if (this.changes.before(() => this.patch, group)) this.requestUpdate();
  }

  protected override reflect(engine: I, setting: InstrumentSetting): void {
    this.named = undefined;
    super.reflect(engine, setting);
  }

  protected override leave(): void {
    clearTimeout(this.saidTimer);
    if (this.recording.active) void this.recording.stop().catch(() => {});
    super.leave();
  }

  /** @param name of a timbre; undefined for a random one */
  protected choose(place: number, name: string | undefined): void {
    const put = (corner: PatchCorner) =>
      this.setCorners(this.getEngine().corners.with(place, corner) as unknown as Corners<PatchCorner>);
    if (name === undefined) void this.draw(1, ([seed]) => put({ seed }));
    else put({ name });
  }

  protected randomize(): void {
    void this.draw(4, (seeds) =>
      this.setCorners(seeds.map((seed) => ({ seed })) as unknown as Corners<PatchCorner>),
    );
  }

  /** Draws seeds that have a tone, each another one. What was found is found again by its name, and by Undo. */
  private async draw(count: number, put: (seeds: readonly string[]) => void): Promise<void> {
    this.drawing = true;
    try {
      const engine = this.getEngine();
      const seeds = new Set<string>();
      while (seeds.size < count) seeds.add(await engine.drawSeed());
      if (engine === this.instrument) put([...seeds]);
    } catch (error) {
      this.fail(error);
    } finally {
      this.drawing = false;
    }
  }

  private say(what: string): void {
    this.said = what;
    clearTimeout(this.saidTimer);
    this.saidTimer = setTimeout(() => (this.said = ''), SAID);
  }

  private get knownSounds(): readonly NamedSound[] {
    return [...this.knownPresets, ...this.favourites.list];
  }

  /** The preset or favourite that sounds: also one that was there from the beginning, or came back with what was kept. */
  protected get chosenSound(): string | undefined {
    if (this.named !== undefined || !this.instrument) return this.named;
    const played = this.patch;
    return this.knownSounds.find(({ patch }) => isOfSound(patch, played))?.name;
  }

  /** The name of what sounds, else what its corners are. */
  protected get soundName(): string {
    return this.chosenSound ?? soundName(this.instrument?.corners ?? []);
  }

  protected save(): void {
    const name = fileName(this.soundName, 'json');
    download(new Blob([JSON.stringify(this.patch, null, 2)], { type: 'application/json' }), name);
    this.say(`Saved ${name}`);
  }

  protected async record(): Promise<void> {
    try {
      if (this.recording.active) {
        const wav = await this.recording.stop();
        const name = fileName(this.soundName, 'wav');
        if (wav) download(wav, name);
        this.say(`Saved ${name}`);
      } else {
        await this.start();
        const { output } = this.getEngine();
        if (output) await this.recording.start(output);
      }
    } catch (error) {
      this.fail(error);
    }
    this.requestUpdate();
  }

  /** Opens a sound that a person chose. A bad one changes nothing. @param name of what it was in: where nothing else has a name for it */
  protected async openSound(patch: unknown, name?: string): Promise<void> {
    const { named } = this;
    this.beforeChange();
    try {
      await this.restore(patch);
      this.named = undefined;
      this.named = this.chosenSound ?? name;
      this.dispatchEvent(new SettingChangeEvent('patch', this.patch));
    } catch (error) {
      this.changes.takeBack();
      this.named = named;
      throw error;
    }
  }

  protected get knownPresets(): readonly NamedSound[] {
    const names = new Set(this.instrument?.timbres.map(({ name }) => name));
    return this.presets.filter(
      ({ patch }) =>
        names.size === 0 || patch.corners.every((corner) => !('name' in corner) || names.has(corner.name)),
    );
  }

  protected async choosePreset(sound: NamedSound): Promise<void> {
    const { checkpoint } = this.getEngine();
    // A preset is of whatever network knows its timbres, and as loud as it is.
    const patch = this.presets.includes(sound)
      ? { ...sound.patch, checkpoint, volume: this.volume }
      : sound.patch;
    try {
      await this.openSound(patch);
      this.named = sound.name;
    } catch {
      // What fails is told.
    }
  }

  protected browse(step: number): void {
    const sounds = this.knownSounds;
    if (sounds.length === 0) return;
    const at = sounds.findIndex(({ name }) => name === this.chosenSound);
    const next = at < 0 && step < 0 ? sounds.length - 1 : (at + step + sounds.length) % sounds.length;
    void this.choosePreset(sounds[next]);
  }

  protected keep(name: string): void {
    const kept = this.favourites.keep({ name, patch: this.patch });
    this.named = name;
    this.say(kept ? `Kept ${name}` : `Kept until the page is left, as this browser keeps nothing: ${name}`);
  }

  protected forget(name: string): void {
    this.favourites.forget(name);
    this.requestUpdate();
  }

  protected async copyLink(): Promise<void> {
    const address = writeAddress(this.patch, this.chosenSound);
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    this.say(copied ? 'The link is copied' : 'The link is in the address of this page');
  }

  /** Opens the sound that the page's address has in it. */
  private async openAddress(): Promise<void> {
    const patch = readAddress();
    if (patch === undefined) return;
    try {
      await this.restore(patch);
      this.named = this.chosenSound ?? readName();
    } catch {
      // What fails is told.
    }
  }
}
