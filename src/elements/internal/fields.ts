/** Small controls with labels, for the elements of the sequence models. */
import { html, nothing } from 'lit';

const valueOf = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value;

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export function numberField(label: string, value: number, range: NumberRange, set: (value: number) => void) {
  return html`<label
    >${label}<input
      type="number"
      min=${range.min}
      max=${range.max}
      step=${range.step}
      .value=${String(value)}
      @change=${(event: Event) => set(Number(valueOf(event)))}
  /></label>`;
}

export function slider(
  label: string,
  value: number,
  range: NumberRange,
  text: string,
  set: (value: number) => void,
) {
  return html`<label
    >${label}<input
      type="range"
      min=${range.min}
      max=${range.max}
      step=${range.step}
      .value=${String(value)}
      aria-valuetext=${text}
      @input=${(event: Event) => set(Number(valueOf(event)))}
    /><output aria-hidden="true">${text}</output></label
  >`;
}

export function textField(
  label: string,
  value: string,
  { placeholder = '', wide = false, name = '', list = '' },
  set: (value: string) => void,
) {
  return html`<label class=${wide ? 'wide' : ''}
    >${label}<input
      type="text"
      class=${name || nothing}
      autocomplete="off"
      spellcheck="false"
      list=${list || nothing}
      placeholder=${placeholder}
      .value=${value}
      @change=${(event: Event) => set(valueOf(event).trim())}
  /></label>`;
}

export function switchField(label: string, on: boolean, set: (on: boolean) => void) {
  return html`<label
    ><input
      type="checkbox"
      .checked=${on}
      @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
    />${label}</label
  >`;
}

/** @param options [value, what stands there] */
export function choice(
  label: string,
  value: string,
  options: readonly (readonly [value: string, text: string])[],
  set: (value: string) => void,
) {
  return html`<label
    >${label}<select @change=${(event: Event) => set(valueOf(event))}>
      ${options.map(([each, text]) => html`<option value=${each} ?selected=${each === value}>${text}</option>`)}
    </select></label
  >`;
}
