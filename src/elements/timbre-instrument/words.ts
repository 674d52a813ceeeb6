/** Failures of an instrument in a musician's words; the message with its code unfolds below. */
import type { TimbrelError } from '../../errors/timbrel-error.js';
import { inWords } from '../internal/failures.js';

export function instrumentWords(error: TimbrelError) {
  const { code } = error;
  if (code === 'CHECKPOINT_UNREACHABLE')
    return 'The sound model could not be fetched. Is there a connection?';
  if (code.startsWith('CHECKPOINT_'))
    return 'No sound model can be played from this. What was there plays on.';
  if (code === 'WORKER_FAILED')
    return 'The sound model broke off. Try once more; if it does so again, reload the page.';
  if (code === 'PATCH_INVALID')
    return 'This is no sound that was saved here, or it is damaged. Nothing was changed.';
  return inWords(error);
}
