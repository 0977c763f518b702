/** `plug`: a function is put in, scanned and probed; one without a place of its own gets the lowest free slot that takes it. */
import { placeHotplug } from '../../pci/slots.ts';
import { NOWHERE } from '../../pci/topology.ts';
import { plug } from '../hotplug.ts';
import { isFound, isPresent, presentIn } from '../state.ts';
import { failed, nameOf, type OnFunction, refuse, refuseAborted } from './subjects.ts';

export const plugOne: OnFunction = (state, fn, log, element) => {
  const name = nameOf(state, fn);
  if (state.aborted !== undefined) return refuseAborted(state, fn, log);
  if (isPresent(state, fn)) return refuse(state, fn, `${name} is plugged in already`, log);
  const above = state.topology.functions[fn];
  if (above?.rootBus !== NOWHERE) {
    const parent = above?.parent;
    if (parent !== undefined && !isFound(state, parent)) {
      return refuse(state, fn, `${nameOf(state, parent)}, where ${name} would go, is not there`, log);
    }
    const bridge = parent === undefined ? undefined : state.topology.functions[parent]?.node.bridge;
    if (parent !== undefined && bridge?.hotplug === 'none') {
      return refuse(state, fn, `${nameOf(state, parent)} has no hot-plug slot for ${name}`, log);
    }
    return plug(state, fn, log);
  }
  const placement = placeHotplug(state.topology, state.enumeration, presentIn(state), element.node, element.numbers);
  if (placement.placed.length === 0) {
    log.refused.push({ rule: 'hotplug-ports-short', message: `No free slot takes ${name}`, fn });
    return failed(state, fn, 'ENOSPC');
  }
  return plug({ ...state, topology: placement.topology }, fn, log);
};
