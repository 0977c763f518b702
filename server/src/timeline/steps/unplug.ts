/** `unplug`: the driver is removed, then the function, with all below it. */
import { unplug } from '../hotplug.ts';
import { changeFunction } from '../state.ts';
import { whenPresent } from './subjects.ts';

export const unplugOne = whenPresent((state, fn, log) => {
  const gone = unplug(state, fn, log);
  return changeFunction(gone, fn, { errno: gone.aborted === undefined ? 'none' : 'abort' });
});
