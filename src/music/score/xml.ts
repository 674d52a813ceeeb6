/**
 * XML as a tree of plain objects. The parser is the platform's DOMParser, or xmldom where there is none: in Node and in workers.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';

export interface XMLElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XMLElement[];
  /** All text within, trimmed. */
  readonly text: string;
}

export function invalidXML(what: string, cause?: unknown): TimbrelError {
  return new TimbrelError('MUSIC_XML_INVALID', `This is no MusicXML that can be read: ${what}`, { cause });
}

/** The part of the DOM that is read: the same in browsers and in xmldom. */
interface DOMNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: ArrayLike<DOMNode>;
  readonly attributes?: ArrayLike<{ readonly name: string; readonly value: string }> | null;
}

interface DOMReader {
  parseFromString(text: string, type: 'text/xml'): { readonly documentElement: DOMNode | null };
}

const ELEMENT = 1;

async function parser(): Promise<DOMReader> {
  if (typeof DOMParser === 'function') return new DOMParser() as unknown as DOMReader;
  const { DOMParser: Parser, onErrorStopParsing } = await import('@xmldom/xmldom');
  return new Parser({ onError: onErrorStopParsing }) as unknown as DOMReader;
}

function treeOf(node: DOMNode): XMLElement {
  const attributes: Record<string, string> = {};
  for (const { name, value } of Array.from(node.attributes ?? [])) attributes[name] = value;
  const children = Array.from(node.childNodes)
    .filter(({ nodeType }) => nodeType === ELEMENT)
    .map(treeOf);
  const text = children.length === 0 ? (node.textContent ?? '').trim() : '';
  return { name: node.nodeName, attributes, children, text };
}

/** @throws MUSIC_XML_INVALID */
export async function parseXML(text: string): Promise<XMLElement> {
  const reader = await parser();
  let root: DOMNode | null;
  try {
    root = reader.parseFromString(text.replace(/^\ufeff/, '').trimStart(), 'text/xml').documentElement;
  } catch (cause) {
    throw invalidXML(firstLine(cause instanceof Error ? cause.message : String(cause)), cause);
  }
  if (!root) throw invalidXML('there is no element in it');
  const tree = treeOf(root);
  // Browsers do not throw: they return a page about the mistake, alone or within what they could read.
  const failure = root.nodeName === 'parsererror' ? root.textContent : errorWithin(root);
  if (failure) throw invalidXML(firstLine(failure));
  return tree;
}

/** The text of a `parsererror` among the first children, where Chromium puts it. */
function errorWithin(root: DOMNode): string | undefined {
  const found = Array.from(root.childNodes).find(({ nodeName }) => nodeName === 'parsererror');
  if (found) return found.textContent ?? 'it is damaged';
  const [body] = Array.from(root.childNodes).filter(({ nodeName }) => nodeName === 'body');
  return body && errorWithin(body);
}

const firstLine = (message: string) => message.trim().replaceAll(/\s+/g, ' ').slice(0, 160);

export const childOf = ({ children }: XMLElement, name: string) =>
  children.find((child) => child.name === name);

export const childrenOf = ({ children }: XMLElement, name: string) =>
  children.filter((child) => child.name === name);

/** The text of the child of that name; undefined where there is none. */
export const textIn = (element: XMLElement, name: string): string | undefined => childOf(element, name)?.text;

/** The number in the child of that name; undefined where there is none, NaN where it is no number. */
export function numberIn(element: XMLElement, name: string): number | undefined {
  const text = textIn(element, name);
  return text === undefined ? undefined : text === '' ? NaN : Number(text);
}
