/** A person set something at an element. */
export class SettingChangeEvent extends Event {
  constructor(
    /** Name of the element's property: `temperature`, `corners`, `envelope` ... */
    readonly property: string,
    /** Its value now. */
    readonly value: unknown,
  ) {
    super('setting-change', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'setting-change': SettingChangeEvent;
  }
}
