/** `probe`: binds the driver, which makes its requests. */
import { bindBridge, isBridge } from '../ports.ts';
import { probe } from '../probe.ts';
import { functionState, isFound } from '../state.ts';
import { nameOf, refuse, whenPresent } from './subjects.ts';

export const probeOne = whenPresent((state, fn, log) => {
  const name = nameOf(state, fn);
  if (!isFound(state, fn)) return refuse(state, fn, `The kernel has not found ${name}`, log);
  if (functionState(state, fn).driver !== undefined) return refuse(state, fn, `${name} has its driver already`, log);
  const node = state.topology.functions[fn]?.node;
  return node !== undefined && isBridge(node) ? bindBridge(state, fn, log) : probe(state, fn, log);
});
