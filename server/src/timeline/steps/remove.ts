/** `remove`: unbinds the driver: its handlers go, then its vectors, then the function's domain. */
import { unbindDriver } from '../free.ts';
import { noted } from '../log.ts';
import { functionState } from '../state.ts';
import { nameOf, refuse, whenPresent } from './subjects.ts';

export const removeOne = whenPresent((state, fn, log) => {
  if (functionState(state, fn).driver === undefined) {
    return refuse(state, fn, `${nameOf(state, fn)} has no driver to remove`, log);
  }
  return noted(log, unbindDriver(state, fn));
});
