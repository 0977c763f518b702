/**
 * How many MSIs Linux lets a function have of those below its host bridge: msi_quota_for_device,
 * arch/powerpc/platforms/pseries/msi.c, alike in 6.1, 6.12 and 7.2.
 */
import type { PciFunction } from '../../pci/topology.ts';

/** Everything below a host bridge, as the device tree's ibm,req#msi and ibm,req#msi-x tell it. */
export interface Requests {
  /** Functions that are no PCI bridge: the total is divided by these. */
  readonly devices: number;
  /** How many functions, bridges included, may ask for so many: by the larger of the two properties. */
  readonly functionsByRequest: ReadonlyMap<number, number>;
}

/** ibm,req#msi: QEMU reads the Multiple Message Enable field, which is 1 before a driver comes, not the capability. */
export function requestedMessages(capabilities: { readonly msi: number }): number {
  return capabilities.msi > 0 ? 1 : 0;
}

/** The larger of ibm,req#msi and ibm,req#msi-x. */
export function largestRequest(capabilities: { readonly msi: number; readonly msix: number }): number {
  return Math.max(requestedMessages(capabilities), capabilities.msix);
}

const counted = new WeakMap<readonly PciFunction[], Requests>();

/** The requests of these functions; counted once for each list. */
export function requestsOf(functions: readonly PciFunction[]): Requests {
  const known = counted.get(functions);
  if (known !== undefined) return known;
  let devices = 0;
  const functionsByRequest = new Map<number, number>();
  for (const { node } of functions) {
    if (node.bridge === undefined) devices++;
    const request = largestRequest(node.capabilities);
    functionsByRequest.set(request, (functionsByRequest.get(request) ?? 0) + 1);
  }
  const requests = { devices, functionsByRequest };
  counted.set(functions, requests);
  return requests;
}

/**
 * What a function may have that wants `wanted`: all of it up to an equal share of `total`; else a share that grows by what others
 * leave of theirs, divided among those that want more than theirs. Others count with the larger of what they could ask for, the
 * function itself (`own`) with what it wants now.
 */
export function quota(total: number, requests: Requests, own: number, wanted: number): number {
  const { devices, functionsByRequest } = requests;
  if (devices === 0) return wanted;
  const share = Math.floor(total / devices);
  if (wanted <= share) return wanted;
  let spare = total % devices;
  let over = 0;
  const count = (request: number, functions: number) => {
    if (request < share) spare += (share - request) * functions;
    else if (request > share) over += functions;
  };
  for (const [request, functions] of functionsByRequest) count(request, functions);
  count(own, -1);
  count(wanted, 1);
  return Math.min(share + Math.floor(spare / over), wanted);
}
