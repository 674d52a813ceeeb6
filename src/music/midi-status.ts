/** The statuses of the events of a track, and how many bytes follow them. */

export const META = 0xff;
export const META_END_OF_TRACK = 0x2f;
export const SYSTEM_EXCLUSIVE = 0xf0;
export const ESCAPE = 0xf7;
const PROGRAM_CHANGE = 0xc0;
const CHANNEL_PRESSURE = 0xd0;

/** Data bytes that system messages bring with them; of those not named here none. */
const SYSTEM_DATA: Readonly<Record<number, number>> = { 0xf1: 1, 0xf2: 2, 0xf3: 1 };

/** Data bytes of a message of a channel or of the system, which is no remark and not exclusive. */
export function dataBytesOf(status: number): number {
  if (status >= SYSTEM_EXCLUSIVE) return SYSTEM_DATA[status] ?? 0;
  const kind = status & 0xf0;
  return kind === PROGRAM_CHANGE || kind === CHANNEL_PRESSURE ? 1 : 2;
}

/** A clock or its like, which may stand between the bytes of another message. */
export const isRealTime = (byte: number) => byte >= 0xf8 && byte < META;
