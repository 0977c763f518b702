/** The first links of every chain: from the function to what the interrupt controller calls it. */
import type { Reason, Requester } from '../controllers/controller.ts';
import type { Enumeration } from '../pci/enumeration.ts';
import { msiTargetOf } from '../pci/msi-map.ts';
import { aliasReason, requesterOf } from '../pci/requester.ts';
import type { Topology } from '../pci/topology.ts';
import { hostBridgeOf } from './requester.ts';
import type { Call } from './run.ts';
import type { MachineState } from './state.ts';

/**
 * What led to a call's numbers, one sentence per link, from the requester ID on.
 * @param state of the machine when the call was made, as far as bus numbers go
 */
export function callReasons(
  { topology, enumeration }: Pick<MachineState, 'topology' | 'enumeration'>,
  { requester, whys, shift = 0 }: Pick<Call, 'requester' | 'whys'> & Partial<Pick<Call, 'shift'>>,
): readonly Reason[] {
  const first = requester === undefined ? [] : requesterReasons(topology, enumeration, requester);
  return [...first, ...whys.flatMap((why) => why(shift))];
}

/** Requester ID, the aliases on the way up, and the map from the last of them to a DeviceID. */
function requesterReasons(topology: Topology, enumeration: Enumeration, requester: Requester): Reason[] {
  const { fn, requesterId, aliasedRequesterId, deviceId } = requester;
  const name = topology.functions[fn]?.name ?? 'the function';
  const reasons: Reason[] = [{ text: `${name} is ${address(requesterId)}, requester ID ${hex(requesterId)}` }];
  const path = requesterOf(topology, enumeration, fn);
  for (const step of path?.chain ?? []) {
    if (step.why !== 'own' && step.why !== 'port') reasons.push(aliasReason(topology, step));
  }
  const hostBridge = hostBridgeOf(topology, topology.functions[fn]);
  const target = hostBridge === undefined ? undefined : msiTargetOf(topology.machine, hostBridge, aliasedRequesterId);
  // Others know no DeviceIDs: one pool serves all.
  const type = target?.ok ? target.value.controller.type : undefined;
  if (target?.ok && (type === 'gicv3' || type === 'gicv5')) {
    const { entry } = target.value;
    const first =
      entry === undefined
        ? 'no msi-map entry moves it'
        : `msi-map ${hex(entry.requesterIdFirst)}..${hex(entry.requesterIdLast)}`;
    reasons.push({
      text: `${hex(aliasedRequesterId)} is DeviceID ${hex(deviceId)}: ${first}`,
      source: 'of_map_id, drivers/of/base.c',
    });
  }
  return reasons;
}

/** 0x0200 as 02:00.0. */
function address(requesterId: number): string {
  const two = (n: number) => n.toString(16).padStart(2, '0');
  return `${two(requesterId >> 8)}:${two((requesterId >> 3) & 31)}.${requesterId & 7}`;
}

function hex(n: number): string {
  return `0x${n.toString(16).padStart(4, '0')}`;
}
