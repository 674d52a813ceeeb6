import { expect } from '@esm-bundle/chai';
import { defineElement } from './define.js';

describe('elements of two copies of the script', () => {
  it('stay with the first copy, and the page is warned once, with the code', () => {
    const warnings: unknown[] = [];
    const { warn } = console;
    console.warn = (...words: unknown[]) => warnings.push(words.join(' '));
    try {
      const First = class extends HTMLElement {};
      defineElement('defined-twice', First);
      defineElement('defined-twice', First);
      expect(warnings).to.have.length(0);
      defineElement('defined-twice', class extends HTMLElement {});
      defineElement('defined-twice', class extends HTMLElement {});
      expect(customElements.get('defined-twice')).to.equal(First);
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/<defined-twice>.*\[SCRIPT_LOADED_TWICE\]/);
    } finally {
      console.warn = warn;
    }
  });
});
