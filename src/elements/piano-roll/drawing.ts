/** Draws the part of a roll that is seen. Lengths in CSS pixels; the context is scaled. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { noteKey, type Chosen } from './edit-notes.js';
import { barStride, type Rows } from './layout.js';

/** Height of the strip above the notes: numbers of bars, and marks. */
export const STRIP = 26;
/** Width of the names beside the notes. */
export const GUTTER = { pitches: 50, drums: 66, lane: 58 };
/** Rounding of a note's corners. */
const CORNER = 2;
/** Numbers of bars are so far apart at least. */
const BAR_NUMBERS = 34;

/** Something that stands above the notes at its time: a chord symbol. @inline */
export interface Mark {
  readonly time: number;
  readonly text: string;
}

interface Corner {
  /** Seconds. */
  readonly time: number;
  readonly row: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Width of the names, and height of the strip above the notes; 0 for none. */
  readonly gutter: number;
  readonly strip: number;
  readonly rows: Rows;
  readonly notes: readonly PlayedNote[];
  readonly chosen: Chosen;
  /** Bars, counted from 0, that stay as they are; and the one that is chosen. */
  readonly kept: readonly number[];
  readonly chosenBar: number | undefined;
  /** Two corners of the frame that is drawn around notes to choose them. */
  readonly frame: { readonly from: Corner; readonly to: Corner } | undefined;
  readonly marks: readonly Mark[];
  readonly primerEnd: number;
  readonly bar: number;
  /** Seconds at the left edge, seen at once, and of the whole. */
  readonly start: number;
  readonly span: number;
  readonly total: number;
  readonly ink: Readonly<Record<Ink, string>>;
  readonly font: string;
}

export const INKS = ['note', 'primer', 'black-keys', 'line', 'name', 'chosen'] as const;
export type Ink = (typeof INKS)[number];

export function draw(context: CanvasRenderingContext2D, picture: Picture): void {
  const { width, height, gutter } = picture;
  context.clearRect(0, 0, width, height);
  context.font = picture.font;
  context.textBaseline = 'middle';
  drawRows(context, picture);
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, height);
  context.clip();
  drawChosenBar(context, picture);
  drawBars(context, picture);
  drawKept(context, picture);
  if (picture.strip > 0) drawMarks(context, picture);
  drawNotes(context, picture);
  drawFrame(context, picture);
  context.restore();
}

const xOf = ({ gutter, width, start, span }: Picture, time: number) =>
  gutter + ((time - start) / span) * (width - gutter);

const rowHeight = ({ height, rows, strip }: Picture) => (height - strip) / rows.count;

function drawRows(context: CanvasRenderingContext2D, picture: Picture): void {
  const { rows, width, height, gutter, strip, ink } = picture;
  const size = rowHeight(picture);
  context.fillStyle = ink['black-keys'];
  for (let row = 0; row < rows.count; row++)
    if (rows.isDark(row)) context.fillRect(0, strip + row * size, width, size);
  if (gutter === 0) return;
  context.fillStyle = ink.line;
  context.fillRect(0, strip - 1, width, 1);
  context.fillRect(gutter - 1, strip, 1, height - strip);
  // A ruler has no rows to name.
  if (size < 1) return;
  context.fillStyle = ink.name;
  context.textAlign = 'right';
  // Names of drums stand on rows that may be lower than they are.
  if (size < 12 && rows.names.length === rows.count) context.font = picture.font.replace(/^\d+px/, '9px');
  for (const { row, text } of rows.names)
    context.fillText(text, gutter - 5, Math.min(height - 5, Math.max(strip + 5, strip + (row + 0.5) * size)));
  context.font = picture.font;
}

function drawChosenBar(context: CanvasRenderingContext2D, picture: Picture): void {
  const { bar, chosenBar, height, ink } = picture;
  if (chosenBar === undefined || !(bar > 0)) return;
  const left = xOf(picture, chosenBar * bar);
  context.fillStyle = ink.chosen;
  context.globalAlpha = 0.12;
  context.fillRect(left, 0, xOf(picture, (chosenBar + 1) * bar) - left, height);
  context.globalAlpha = 1;
}

/** A line over bars that stay, and the word where there is room for it. */
function drawKept(context: CanvasRenderingContext2D, picture: Picture): void {
  const { bar, kept, strip, ink } = picture;
  context.textAlign = 'left';
  for (const index of kept) {
    const left = xOf(picture, index * bar);
    const wide = xOf(picture, (index + 1) * bar) - left;
    context.fillStyle = ink.chosen;
    context.fillRect(left + 1, strip, wide - 2, 3);
    if (wide > 34) context.fillText('kept', left + 4, strip + 11);
  }
}

function drawBars(context: CanvasRenderingContext2D, picture: Picture): void {
  const { bar, start, span, total, height, width, gutter, strip, ink } = picture;
  if (!(bar > 0)) return;
  const pixelsPerSecond = (width - gutter) / span;
  const stride = barStride(bar, pixelsPerSecond, BAR_NUMBERS);
  // Where there is no room for their numbers, there is none for every line.
  const lines = barStride(bar, pixelsPerSecond, 4);
  context.textAlign = 'left';
  const first = Math.floor(start / bar / stride) * stride;
  for (let index = first; index * bar < Math.min(total - 1e-6, start + span); index += 1) {
    const x = xOf(picture, index * bar);
    const numbered = index % stride === 0;
    context.fillStyle = ink.line;
    if (index > 0 && index % lines === 0)
      context.fillRect(x, numbered ? 0 : strip, 1, numbered ? height : height - strip);
    context.fillStyle = ink.name;
    if (numbered && strip > 0) context.fillText(String(index + 1), x + 3, strip / 4 + 1);
  }
}

/** One that would run into the next is left out. */
function drawMarks(context: CanvasRenderingContext2D, picture: Picture): void {
  context.fillStyle = picture.ink.note;
  context.textAlign = 'left';
  let free = -Infinity;
  for (const { time, text } of picture.marks) {
    const x = xOf(picture, time) + 3;
    if (x < free) continue;
    context.fillText(text, x, (picture.strip * 3) / 4 - 1);
    free = x + context.measureText(text).width + 5;
  }
}

function drawNotes(context: CanvasRenderingContext2D, picture: Picture): void {
  const { notes, chosen, rows, primerEnd, start, span, strip, ink } = picture;
  const size = rowHeight(picture);
  for (const note of notes) {
    if (note.endTime < start || note.startTime > start + span) continue;
    const x = xOf(picture, note.startTime);
    context.fillStyle = note.startTime < primerEnd - 1e-6 ? ink.primer : ink.note;
    context.globalAlpha = 0.35 + (0.65 * note.velocity) / 127;
    context.beginPath();
    // A gap of a pixel tells a repeated note from a held one.
    const shown = Math.max(2, xOf(picture, note.endTime) - x - 1);
    context.roundRect(x, strip + rows.rowOf(note.pitch) * size, shown, Math.max(2, size - 1), CORNER);
    context.fill();
    if (!chosen.has(noteKey(note))) continue;
    context.globalAlpha = 1;
    context.strokeStyle = ink.chosen;
    context.lineWidth = 2;
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The frame around notes that are being chosen. */
function drawFrame(context: CanvasRenderingContext2D, picture: Picture): void {
  const { frame, strip, ink } = picture;
  if (!frame) return;
  const { from, to } = frame;
  const size = rowHeight(picture);
  const left = xOf(picture, from.time);
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row) + 1];
  context.strokeStyle = ink.chosen;
  context.lineWidth = 1;
  context.strokeRect(left, strip + top * size, xOf(picture, to.time) - left, (bottom - top) * size);
}
