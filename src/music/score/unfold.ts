/** Repeats, endings, da capo and dal segno written out: the measures in the order in which they are played. */
import type { Marks } from './score.js';

/** The round that is played last between a repeat's beginning and the end of its endings. */
function roundsOf(marks: readonly Marks[], from: number): number {
  let rounds = 1;
  for (let i = from; i < marks.length; i++) {
    const { repeatTo, ending, repeatFrom } = marks[i];
    if (i > from && repeatFrom) break;
    if (ending) rounds = Math.max(rounds, ...ending);
    if (repeatTo !== undefined) rounds = Math.max(rounds, repeatTo);
    const last = repeatTo !== undefined || (ending && !sameEnding(ending, marks[i + 1]?.ending));
    if (last && !marks[i + 1]?.ending) break;
  }
  return rounds;
}

const sameEnding = (a: readonly number[], b: readonly number[] | undefined) => a.join() === b?.join();

/**
 * @param most measures; more than that are a mistake of the file
 * @returns indices of measures, or undefined where there are more than `most`
 */
export function unfold(marks: readonly Marks[], most: number): number[] | undefined {
  const order: number[] = [];
  let [at, from, round] = [0, 0, 1];
  let rounds = roundsOf(marks, 0);
  let hasJumped = false;
  let hasEnded = false;

  const begin = (place: number) => {
    [from, round] = [place, hasJumped ? Infinity : 1];
    rounds = roundsOf(marks, place);
  };
  /** Goes to a place and plays from there without repeats, with the last endings. */
  const jump = (place: number) => {
    [at, hasJumped] = [place, true];
    begin(place);
  };
  const placeOf = (name: 'segno' | 'coda', label: string) => {
    const exact = marks.findIndex((one) => one[name] === label);
    return exact >= 0 ? exact : marks.findIndex((one) => one[name] !== undefined);
  };

  while (at < marks.length) {
    const here = marks[at];
    if (here.repeatFrom && at !== from) begin(at);
    // Behind the endings the next repeat goes back to here.
    else if (hasEnded && !here.ending && at !== from) begin(at);
    hasEnded = here.ending !== undefined;
    if (here.ending && !here.ending.includes(Math.min(round, rounds))) {
      at++;
      continue;
    }
    if (order.length >= most) return undefined;
    order.push(at);
    if (here.repeatTo !== undefined && round < rounds) {
      [at, round, hasEnded] = [from, round + 1, false];
      continue;
    }
    if (hasJumped && here.fine) break;
    const coda = hasJumped && here.toCoda !== undefined ? placeOf('coda', here.toCoda) : -1;
    if (coda > at) {
      jump(coda);
      continue;
    }
    const back = here.daCapo ? 0 : here.dalSegno === undefined ? -1 : placeOf('segno', here.dalSegno);
    if (!hasJumped && back >= 0 && back <= at) {
      jump(back);
      continue;
    }
    at++;
    if (here.repeatTo !== undefined && !marks[at]?.ending) begin(at);
  }
  return order;
}
