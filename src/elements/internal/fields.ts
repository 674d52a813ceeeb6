/** Small controls with labels, for the elements of the sequence models. */
import { html, nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

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

/** Tells the style sheet how much of the track lies before the thumb. By the object model: a Content-Security-Policy may forbid style attributes. */
function showFill(input: Element): void {
  if (!(input instanceof HTMLInputElement)) return;
  const { min, max, valueAsNumber } = input;
  input.style.setProperty('--_share', String((valueAsNumber - Number(min)) / (Number(max) - Number(min))));
}

const filled = directive(
  class extends Directive {
    override update({ element }: ElementPart): void {
      showFill(element);
    }

    render(): void {}
  },
);

export function slider(
  label: string,
  value: number,
  range: NumberRange,
  text: string,
  set: (value: number) => void,
  part?: string,
) {
  return html`<label part=${part ?? nothing}
    >${label}<input
      type="range"
      min=${range.min}
      max=${range.max}
      step=${range.step}
      .value=${String(value)}
      aria-valuetext=${text}
      @input=${(event: Event) => {
        showFill(event.target as Element);
        set(Number(valueOf(event)));
      }}
      ${filled()}
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
      ${
        // The property: the attribute says nothing any more of an option that a person chose once.
        options.map(
          ([each, text]) => html`<option value=${each} .selected=${each === value}>${text}</option>`,
        )
      }
    </select></label
  >`;
}
