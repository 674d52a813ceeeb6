/** The timbres that were current, the latest first: what a voice falls back on, in order. */
const LENGTH = 16;

export class TimbreHistory {
  length = 0;
  private readonly timbres = new Int32Array(LENGTH);

  /** -1 before the first. */
  get current(): number {
    return this.length > 0 ? this.timbres[0] : -1;
  }

  at(age: number): number {
    return this.timbres[age];
  }

  set(timbre: number): void {
    const known = this.timbres.subarray(0, this.length).indexOf(timbre);
    const last = known >= 0 ? known : Math.min(this.length, LENGTH - 1);
    this.timbres.copyWithin(1, 0, last);
    this.timbres[0] = timbre;
    if (known < 0) this.length = Math.min(this.length + 1, LENGTH);
  }
}
