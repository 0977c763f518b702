/** Giving vectors back: pci_free_irq_vectors, and what unbinding a driver and removing a function add to it. */

import { noIntervals } from '../base/intervals.ts';
import { noEffects } from '../controllers/controller.ts';
import { bothEffects, type Effect } from '../controllers/effect.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { applyController } from './apply.ts';
import { setPassed } from './guests/state.ts';
import { freeAllIms } from './ims.ts';
import { disableLine } from './io-apic.ts';
import { releaseHandlers } from './request-irq.ts';
import { changeFunction, countVectors, functionState, idle, type MachineState } from './state.ts';

/** A state and the effects on the way to it. */
export interface Change {
  readonly state: MachineState;
  readonly effects: readonly Effect[];
}

/** pci_free_irq_vectors: deactivates and frees all vectors. INTx has nothing to free; without vectors nothing happens. */
export function freeVectors(state: MachineState, fn: FunctionIndex): Change {
  const { requester, vectors, mode } = functionState(state, fn);
  if (mode === 'none') return { state, effects: noEffects };
  const empty = { mode: 'none', vectors: [], handlers: noIntervals } as const;
  if (requester === undefined || vectors.length === 0)
    return { state: changeFunction(state, fn, empty), effects: noEffects };
  const freed = applyController(state, requester.controller, (implementation, own) =>
    implementation.free(own, requester, vectors),
  );
  const irqNumbersUsed = freed.state.irqNumbersUsed - countVectors(vectors);
  return { state: changeFunction({ ...freed.state, irqNumbersUsed }, fn, empty), effects: freed.effects };
}

/** Removes the per-device MSI domain (msi_remove_device_irq_domain): on 7.2 the controller tears its part down. */
export function dropDomain(state: MachineState, fn: FunctionIndex): Change {
  const { requester, domain } = functionState(state, fn);
  if (requester === undefined || domain === undefined) return { state, effects: noEffects };
  const torn = applyController(state, requester.controller, (implementation, own) =>
    implementation.teardown(own, requester),
  );
  return { state: changeFunction(torn.state, fn, { domain: undefined }), effects: torn.effects };
}

/**
 * The driver's remove: handlers go, in the driver's own order, then vectors, then, as the driver core releases the device's
 * resources (device_unbind_cleanup, drivers/base/dd.c), the domain.
 */
export function unbindDriver(state: MachineState, fn: FunctionIndex): Change {
  const own = functionState(state, fn);
  if (own === idle) return { state, effects: noEffects };
  let effects = noEffects;
  let current = state;
  for (const step of [releaseHandlers, freeVectors, disableLine, dropDomain]) {
    const change = step(current, fn);
    current = change.state;
    effects = bothEffects(effects, change.effects);
  }
  if (current.ims !== undefined) {
    const change = freeAllIms(current, fn);
    current = change.state;
    effects = bothEffects(effects, change.effects);
  }
  if (current.guests !== undefined) current = setPassed(current, fn, undefined);
  return { state: changeFunction(current, fn, { driver: undefined, errno: 'none' }), effects };
}
