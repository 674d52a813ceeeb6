import { expect } from '@esm-bundle/chai';
import { defineElements } from './define-elements.js';

const defined: string[] = [];
/** @returns a definition that takes a while, as the loading of a script does */
const definitionOf = (tag: string) => async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  customElements.define(tag, class extends HTMLElement {});
  defined.push(tag);
};
const definitions = (...tags: string[]) => Object.fromEntries(tags.map((tag) => [tag, definitionOf(tag)]));
const place = (tag: string, where: ParentNode = document.body) => {
  const element = document.createElement(tag);
  where.append(element);
  return element;
};

describe('the elements of a package', () => {
  beforeEach(() => (defined.length = 0));
  afterEach(() => document.body.replaceChildren());

  it('are defined in the order of their groups, wherever a page has them, and the rest when it is idle', async () => {
    place('test-writer', place('section'));
    place('test-instrument');
    defineElements(definitions('test-unused', 'test-instrument'), definitions('test-writer'));
    // An idle moment may come while a script is waited for.
    await Promise.all(['test-writer', 'test-unused'].map((tag) => customElements.whenDefined(tag)));
    expect(defined.filter((tag) => tag !== 'test-unused')).to.deep.equal(['test-instrument', 'test-writer']);
    expect(defined).to.include('test-unused');
  });

  it('are there before the elements that name them, so that these find what they name', async () => {
    let found = false;
    place('test-listener');
    place('test-named').id = 'named';
    defineElements(definitions('test-named'), {
      'test-listener': () =>
        Promise.resolve(
          customElements.define(
            'test-listener',
            class extends HTMLElement {
              connectedCallback() {
                found = document.querySelector('#named')!.matches(':defined');
              }
            },
          ),
        ),
    });
    await customElements.whenDefined('test-listener');
    expect(found).to.equal(true);
  });

  it('of one group are loaded at the same time', async () => {
    const asked: string[] = [];
    const given: (() => void)[] = [];
    const slow = (tag: string) => () => {
      asked.push(tag);
      return new Promise<void>((resolve) => given.push(resolve));
    };
    place('test-slow-1');
    place('test-slow-2');
    place('test-next');
    defineElements({ 'test-slow-1': slow('1'), 'test-slow-2': slow('2') }, definitions('test-next'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).to.deep.equal(['1', '2']);
    expect(defined, 'the next group waits').to.deep.equal([]);
    for (const give of given) give();
    await customElements.whenDefined('test-next');
  });

  it('that a page gets later come before those that it has not', async () => {
    place('test-here');
    defineElements(definitions('test-absent-1', 'test-absent-2', 'test-here', 'test-later'));
    const around = document.createElement('div');
    place('test-later', around);
    document.body.append(around);
    await customElements.whenDefined('test-absent-2');
    expect(defined.indexOf('test-later')).to.be.lessThan(defined.indexOf('test-absent-2'));
    expect(defined).to.have.length(4);
  });

  it('are all defined, also those that stand behind one that was there before', async () => {
    place('test-present');
    defineElements(definitions('test-present', 'test-behind'));
    await customElements.whenDefined('test-behind');
    expect(defined).to.deep.equal(['test-present', 'test-behind']);
  });

  it('are defined for a shadow tree too', async () => {
    place('div').attachShadow({ mode: 'open' }).innerHTML = '<test-inside></test-inside>';
    defineElements(definitions('test-inside'));
    await customElements.whenDefined('test-inside');
  });

  it('go on where one does not load, and the page is told of it', async () => {
    const errors: unknown[] = [];
    const usual = window.onerror;
    window.onerror = (_message, _source, _line, _column, error) => (errors.push(error), true);
    place('test-broken');
    place('test-whole');
    const broken = new Error('no such script');
    defineElements({ 'test-broken': () => Promise.reject(broken), ...definitions('test-whole') });
    await customElements.whenDefined('test-whole');
    await new Promise((resolve) => setTimeout(resolve, 10));
    window.onerror = usual;
    expect(errors).to.deep.equal([broken]);
  });
});
