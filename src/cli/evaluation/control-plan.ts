/** Controls of single events as they cross to a worker. */
import type { ControlPlan, Controls } from '../../models/event-rnn/protocol.js';

/** @param events of the piece; what is written beyond has the controls of the last one */
export const controlPlan = (
  controlsAt: ((position: number) => Controls) | undefined,
  events: number,
): ControlPlan | undefined =>
  controlsAt && { values: Array.from({ length: events }, (_, i) => controlsAt(i)), total: events };
