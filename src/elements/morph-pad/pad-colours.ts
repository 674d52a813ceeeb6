/** The colours of the corners, and of what lies between them: the same by day and by night, a colour is a timbre. */
import { css } from 'lit';

/** For a rule of `:host`. */
export const padColours = css`
  --_top-left: var(--morph-pad-top-left, oklch(0.7 0.165 32));
  --_top-right: var(--morph-pad-top-right, oklch(0.82 0.15 88));
  --_bottom-left: var(--morph-pad-bottom-left, oklch(0.68 0.15 268));
  --_bottom-right: var(--morph-pad-bottom-right, oklch(0.76 0.135 172));
`;

/** The colour at the point: set `--_x` and `--_y`, 0 to 1, where it is used. */
export const mixedColour = css`color-mix(
  in oklab,
  color-mix(in oklab, var(--_top-right) calc(var(--_x) * 100%), var(--_top-left)) calc((1 - var(--_y)) * 100%),
  color-mix(in oklab, var(--_bottom-right) calc(var(--_x) * 100%), var(--_bottom-left))
)`;
