/** Pointer and keys on the notes of a roll: what is chosen, and what a drag under way would make of it. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import {
  addNote,
  gridOf,
  inOrder,
  lengthenNotes,
  moveNotes,
  noteKey,
  removeNotes,
  type Chosen,
  type Edit,
} from './edit-notes.js';
import type { Rows } from './layout.js';

/** A pointer that moves less than this did not drag, CSS pixels. */
const STILL = 3;
/** So near to a note a finger meets it, CSS pixels. */
const NEAR: Readonly<Record<string, number>> = { mouse: 2, pen: 4, touch: 12 };
/** The end of a note, by which it is lengthened: so wide, and no more than a third of it. */
const HANDLE = 9;
const VELOCITY = 100;
const OCTAVE = 12;

/** A roll, as far as its editor asks. */
export interface EditedRoll {
  readonly notes: readonly PlayedNote[];
  readonly drums: boolean;
  /** Seconds of a bar. */
  readonly bar: number;
  readonly rows: Rows;
  /** Seconds of all. */
  readonly total: number;
  readonly playhead: number | undefined;
  readonly chosenBar: number | undefined;
  /** The layer that the pointer meets: its width is all of the time, its height all rows. */
  readonly layer: HTMLElement;
  /** The player changed the notes. */
  edit(notes: readonly PlayedNote[]): void;
  /** The player pointed at a bar, or at none. */
  choose(bar: number | undefined): void;
  undo(): void;
  /** Something is to be drawn and told anew. */
  update(): void;
}

/** A place on the layer. */
interface Point {
  readonly x: number;
  readonly y: number;
  /** Seconds. */
  readonly time: number;
  readonly row: number;
}

export interface Box {
  readonly from: Point;
  readonly to: Point;
}

interface Drag {
  readonly kind: 'move' | 'lengthen' | 'box';
  readonly from: Point;
  readonly chosen: Chosen;
  readonly hit: PlayedNote | undefined;
  moved: boolean;
}

export class NoteEditor {
  chosen: Chosen = new Set();
  /** The frame that is drawn around notes. */
  box: Box | undefined;
  private preview: readonly PlayedNote[] | undefined;
  private drag: Drag | undefined;

  constructor(private readonly roll: EditedRoll) {}

  /** The notes as they are seen: those of a drag before it ends. */
  get notes(): readonly PlayedNote[] {
    return this.preview ?? this.roll.notes;
  }

  get dragging(): boolean {
    return this.drag !== undefined;
  }

  /** The note that was chosen last; of several the first. */
  get current(): PlayedNote | undefined {
    return inOrder(this.notes).find((note) => this.chosen.has(noteKey(note)));
  }

  /** Other notes came: what is not among them is chosen no more. */
  keep(notes: readonly PlayedNote[]): void {
    const keys = new Set(notes.map(noteKey));
    this.chosen = new Set([...this.chosen].filter((key) => keys.has(key)));
  }

  onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const from = this.pointOf(event);
    const hit = this.hit(from, event.pointerType);
    // A finger beside the notes scrolls.
    if (!hit && event.pointerType === 'touch') {
      this.drag = { kind: 'box', from, chosen: this.chosen, hit, moved: false };
      return;
    }
    this.roll.layer.setPointerCapture(event.pointerId);
    const before = event.shiftKey ? this.chosen : new Set<string>();
    if (hit && !this.chosen.has(noteKey(hit))) this.chosen = new Set([...before, noteKey(hit)]);
    const kind = !hit ? 'box' : this.atEnd(hit, from) ? 'lengthen' : 'move';
    this.drag = { kind, from, chosen: hit ? this.chosen : before, hit, moved: false };
    this.roll.update();
  }

  onPointerMove(event: PointerEvent): void {
    const { drag } = this;
    if (!drag) return this.showHandle(event);
    const at = this.pointOf(event);
    drag.moved ||= Math.hypot(at.x - drag.from.x, at.y - drag.from.y) > STILL;
    if (!drag.moved || (drag.kind === 'box' && event.pointerType === 'touch')) return;
    if (drag.kind === 'box') this.frame(drag, at);
    else this.show(this.dragged(drag, at, event.altKey));
    this.roll.update();
  }

  onPointerUp(event: PointerEvent): void {
    const { drag, preview } = this;
    this.drag = this.preview = this.box = undefined;
    if (!drag) return;
    if (!drag.moved) this.click(drag, event);
    else if (preview) this.roll.edit(preview);
    this.roll.update();
  }

  /** The browser took the pointer for scrolling. */
  onPointerCancel(): void {
    if (this.drag) this.chosen = this.drag.chosen;
    this.drag = this.preview = this.box = undefined;
    this.roll.update();
  }

  /** A finger on a note drags it; anywhere else it scrolls. */
  onTouchStart(event: TouchEvent): void {
    const [touch] = event.touches;
    if (event.touches.length === 1 && this.hit(this.pointOf(touch), 'touch')) event.preventDefault();
  }

  onDoubleClick(event: MouseEvent): void {
    if (this.roll.drums) return;
    const at = this.pointOf(event);
    const hit = this.hit(at, 'mouse');
    if (hit) this.take(removeNotes(this.roll.notes, new Set([noteKey(hit)])));
    else this.add(at.time, this.roll.rows.pitchOf(at.row), 4);
  }

  /** @returns whether it was one of its keys */
  onKey(event: KeyboardEvent): boolean {
    const { key, shiftKey } = event;
    const command = event.ctrlKey || event.metaKey;
    if (command && key.toLowerCase() === 'z' && !shiftKey) return this.done(() => this.roll.undo());
    if (command && key.toLowerCase() === 'a') return this.done(() => this.chooseAll());
    const grid = gridOf(this.roll.bar);
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (direction !== undefined) {
      if (command || event.altKey) return this.done(() => this.move(direction * grid, 0));
      return this.done(() => this.step(direction, shiftKey));
    }
    if (command || event.altKey) return false;
    const down = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (down !== undefined)
      return this.done(() => this.move(0, down * (shiftKey && !this.roll.drums ? OCTAVE : 1)));
    const bars = { PageUp: -1, PageDown: 1 }[key];
    if (bars !== undefined) return this.done(() => this.stepBar(bars));
    switch (key) {
      case '+':
      case '-':
        return this.done(() => this.lengthen(key === '+' ? grid : -grid));
      case 'Delete':
      case 'Backspace':
        return this.done(() => this.take(removeNotes(this.roll.notes, this.chosen)));
      case 'Enter':
        return this.done(() => this.addBehind());
      case 'Escape':
        return this.done(() => this.clear());
      default:
        return false;
    }
  }

  private done(work: () => void): true {
    work();
    this.roll.update();
    return true;
  }

  private pointOf({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point {
    const { layer, total, rows } = this.roll;
    const { left, top, width, height } = layer.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const row = Math.min(rows.count - 1, Math.max(0, Math.floor((y / height) * rows.count)));
    return { x, y, time: Math.max(0, (x / width) * total), row };
  }

  /** Left and right edge, top and bottom of a note on the layer, CSS pixels. */
  private placeOf({ pitch, startTime, endTime }: PlayedNote) {
    const { layer, total, rows } = this.roll;
    const row = rows.rowOf(pitch);
    const [wide, high] = [layer.clientWidth / total, layer.clientHeight / rows.count];
    return { left: startTime * wide, right: endTime * wide, top: row * high, bottom: (row + 1) * high };
  }

  /** The nearest note within reach of the pointer. */
  private hit({ x, y }: Point, pointer: string): PlayedNote | undefined {
    let nearest = NEAR[pointer] ?? NEAR.mouse;
    let found: PlayedNote | undefined;
    for (const note of this.roll.notes) {
      const { left, right, top, bottom } = this.placeOf(note);
      const outside = Math.max(left - x, x - Math.max(right, left + 3), top - y, y - bottom, 0);
      if (outside > nearest || (outside === nearest && found)) continue;
      nearest = outside;
      found = note;
    }
    return found;
  }

  private atEnd(note: PlayedNote, { x }: Point): boolean {
    const { left, right } = this.placeOf(note);
    // A stroke has no length.
    return !this.roll.drums && x > right - Math.min(HANDLE, (right - left) / 3);
  }

  private showHandle(event: PointerEvent): void {
    const at = this.pointOf(event);
    const hit = this.hit(at, event.pointerType);
    this.roll.layer.style.cursor = !hit ? '' : this.atEnd(hit, at) ? 'ew-resize' : 'grab';
  }

  private dragged({ kind, from, chosen }: Drag, at: Point, free: boolean): Edit {
    const { notes, bar, rows } = this.roll;
    const grid = gridOf(bar);
    const moved = at.time - from.time;
    const seconds = free ? moved : Math.round(moved / grid) * grid;
    return kind === 'lengthen'
      ? lengthenNotes(notes, chosen, seconds, grid)
      : moveNotes(notes, chosen, { seconds, rows: at.row - from.row }, rows);
  }

  private show({ notes, chosen }: Edit): void {
    this.preview = notes;
    this.chosen = chosen;
  }

  private frame({ from, chosen }: Drag, to: Point): void {
    this.box = { from, to };
    const [left, right] = [from.time, to.time].sort((a, b) => a - b);
    const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
    const { notes, rows } = this.roll;
    const inside = notes.filter(({ pitch, startTime, endTime }) => {
      const row = rows.rowOf(pitch);
      return startTime <= right && endTime >= left && row >= top && row <= bottom;
    });
    this.chosen = new Set([...chosen, ...inside.map(noteKey)]);
  }

  /** A press without a drag. On drums it sets a stroke, or takes it away; elsewhere it chooses a note, or a bar. */
  private click({ hit, from }: Drag, { shiftKey }: PointerEvent): void {
    const { roll } = this;
    if (roll.drums && !shiftKey) {
      roll.choose(this.barAt(from.time));
      if (hit) this.take(removeNotes(roll.notes, new Set([noteKey(hit)])));
      else this.add(from.time, roll.rows.pitchOf(from.row), 1);
    } else if (!hit) {
      this.chosen = new Set();
      roll.choose(this.barAt(from.time));
    } else if (!shiftKey) this.chosen = new Set([noteKey(hit)]);
  }

  private barAt(time: number): number | undefined {
    return this.roll.bar > 0 ? Math.floor(time / this.roll.bar + 1e-6) : undefined;
  }

  /** @param sixteenths the length of the note */
  private add(time: number, pitch: number, sixteenths: number): void {
    const { notes, bar, drums } = this.roll;
    const grid = gridOf(bar);
    const startTime = Math.floor(time / grid + 1e-6) * grid;
    const note = {
      pitch,
      velocity: VELOCITY,
      startTime,
      endTime: startTime + sixteenths * grid,
      isDrum: drums,
    };
    this.take(addNote(notes, note));
  }

  /** Behind the chosen note, and like it; else at the playhead. */
  private addBehind(): void {
    const { current } = this;
    const { bar, drums, playhead = 0, rows } = this.roll;
    const grid = gridOf(bar);
    if (!current) return this.add(playhead, rows.pitchOf(Math.floor(rows.count / 2)), drums ? 1 : 4);
    const length = drums ? 1 : Math.max(1, Math.round((current.endTime - current.startTime) / grid));
    this.add(current.startTime + length * grid + grid / 2, current.pitch, length);
  }

  private move(seconds: number, rows: number): void {
    if (this.chosen.size > 0)
      this.take(moveNotes(this.roll.notes, this.chosen, { seconds, rows }, this.roll.rows));
  }

  private lengthen(seconds: number): void {
    if (!this.roll.drums)
      this.take(lengthenNotes(this.roll.notes, this.chosen, seconds, gridOf(this.roll.bar)));
  }

  private take({ notes, chosen }: Edit): void {
    this.chosen = chosen;
    if (notes.length !== this.roll.notes.length || notes.some((note, i) => note !== this.roll.notes[i]))
      this.roll.edit(notes);
  }

  /** Goes on to the next note, or back; without one, from the playhead. */
  private step(direction: number, more: boolean): void {
    const ordered = inOrder(this.roll.notes);
    const places = ordered.flatMap((note, i) => (this.chosen.has(noteKey(note)) ? [i] : []));
    const edge = direction > 0 ? places.at(-1) : places[0];
    const behind = ordered.findIndex(({ startTime }) => startTime >= (this.roll.playhead ?? 0) - 1e-6);
    const next = edge === undefined ? Math.max(0, behind) : edge + direction;
    const note = ordered[Math.min(ordered.length - 1, Math.max(0, next))];
    if (!note) return;
    this.chosen = new Set([...(more ? this.chosen : []), noteKey(note)]);
    this.roll.choose(this.barAt(note.startTime));
  }

  private stepBar(direction: number): void {
    const { bar, total } = this.roll;
    if (!(bar > 0)) return;
    const { current } = this;
    const here = this.roll.chosenBar ?? (current ? this.barAt(current.startTime) : undefined);
    const last = Math.ceil(total / bar - 1e-6) - 1;
    const next = here === undefined ? 0 : Math.min(last, Math.max(0, here + direction));
    this.chosen = new Set();
    this.roll.choose(next);
  }

  private chooseAll(): void {
    this.chosen = new Set(this.roll.notes.map(noteKey));
  }

  private clear(): void {
    this.chosen = new Set();
    this.roll.choose(undefined);
  }
}
