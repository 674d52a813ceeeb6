/**
 * The checkpoints that the package ships: where their files are. Bundlers recognise the literal expressions beside this file and carry the
 * files along, under names of their own; nothing is fetched before a model is loaded. A file of its own for each model, which nobody else
 * imports: a page that has one model carries the weights of this one only.
 */

/** By catalogue id: names of files, as their manifest has them, and their addresses. */
export type ShippedFiles = Readonly<Record<string, Readonly<Record<string, string>>>>;
