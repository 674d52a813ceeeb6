/** Mistakes in what was typed: exit code 2, and a way to the help. */
import { TimbrelError } from '../errors/timbrel-error.js';

export const usageError = (message: string): TimbrelError => new TimbrelError('USAGE', message);
