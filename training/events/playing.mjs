// Piano as keys are played: how long a key was held where a transcription has what was heard, and a rule of phrasing for scores that
// nobody played.

/** A key is given up when another one within a fifth goes down, and after so many seconds at the latest. */
const REACH = 7;
const LONGEST = 1.5;
/** Notes that begin within so many seconds of each other are one chord. */
const CHORD = 0.06;
/** A note that ends so soon after a pedal was lifted was held by it. */
const LIFTED = 0.08;

/**
 * Notes under the pedal sound on after their keys: they end, at the latest, where the next key within the hand's reach goes down.
 * @param notes in seconds, sorted by beginning; changed in place
 * @param pedal `[down, up]` in seconds, sorted
 */
export function keyLengths(notes, pedal) {
  notes.forEach((note, i) => {
    const isHeld = pedal.some(([down, up]) => down <= note.endTime && note.endTime <= up + LIFTED);
    if (!isHeld) return;
    let end = Math.min(note.endTime, note.startTime + LONGEST);
    for (let k = i + 1; k < notes.length && notes[k].startTime < end; k++) {
      const { startTime, pitch } = notes[k];
      if (startTime > note.startTime + CHORD && Math.abs(pitch - note.pitch) <= REACH) end = startTime;
    }
    note.endTime = end;
  });
}

/** A generator of numbers from 0 to 1 (mulberry32). */
function numbers(text) {
  let state = [...text].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0,
    0x811c9dc5,
  );
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PHRASE_BARS = 4;
/** Quarters a minute: between these somebody would play. */
const SLOWEST = 50;
const FASTEST = 150;

/**
 * A score as somebody might play it: four bars are a phrase, which is slower and softer at both ends; the highest note of a chord
 * leads in loudness, inner ones step back; nothing is exactly together. Tempos and dynamics are the score's.
 * @param notes with times in ticks as `start` and `end`, sorted; get `startTime`, `endTime` and `velocity` in place
 */
export function phrase(notes, { id, tpq, tempos, meters }) {
  const random = numbers(id);
  const [, numerator, denominator] = meters[0] ?? [0, 4, 4];
  const bar = (tpq * 4 * numerator) / denominator;
  const length = PHRASE_BARS * bar;
  const step = tpq / 4;
  const end = notes.reduce((last, note) => Math.max(last, note.end), 0);
  const clock = [0];
  for (let i = 0; i * step <= end; i++) {
    const qpm = (tempos.findLast(([tick]) => tick <= i * step) ?? tempos[0])[1];
    const place = ((i * step) % length) / length;
    const speed = 0.88 + 0.17 * Math.sin(Math.PI * place);
    clock.push(clock[i] + (60 / Math.min(FASTEST, Math.max(SLOWEST, qpm)) / speed) * (step / tpq));
  }
  const at = (tick) => {
    const i = Math.min(clock.length - 2, Math.floor(tick / step));
    return clock[i] + (tick / step - i) * (clock[i + 1] - clock[i]);
  };
  const around = (width) => width * (random() + random() + random() - 1.5);
  const chords = new Map();
  for (const note of notes) {
    const pitches = chords.get(note.start) ?? [];
    chords.set(note.start, [...pitches, note.pitch]);
  }
  for (const note of notes) {
    const pitches = chords.get(note.start);
    const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
    const place = (note.start % length) / length;
    const role = note.pitch === high ? 7 : note.pitch === low ? 0 : -8;
    const accent = note.start % bar === 0 ? 5 : 0;
    note.velocity = Math.min(
      120,
      Math.max(
        25,
        Math.round(note.velocity - 15 + 12 * Math.sin(Math.PI * place) + role + accent + around(6)),
      ),
    );
    note.startTime = Math.max(0, at(note.start) + around(0.012));
    note.endTime = Math.max(
      note.startTime + 0.04,
      note.startTime + (at(note.end) - at(note.start)) * (0.9 + around(0.06)),
    );
  }
}
