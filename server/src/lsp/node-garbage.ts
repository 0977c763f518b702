/**
 * Young garbage is collected between two keys, while nobody waits. Else the engine does it in the midst of an analysis, and every
 * fourth or fifth key is answered twice as late as the others.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So soon after the last work is done that no key is likely to have come, and so late that what is written has left. */
const AFTER_MS = 3;

/** What to call when all work is done. */
export function makeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (typeof collect === 'function') collect({ type: 'minor' });
    }, AFTER_MS).unref();
  };
}
