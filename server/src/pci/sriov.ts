/** Single Root I/O Virtualization: where virtual functions are, and when there are none (drivers/pci/iov.c, 7.2). */
import type { Errno } from '../base/result.ts';
import type { Sriov } from '../model/machine.ts';

/** NumVFs at boot. */
export const numVfsOf = (sriov: Sriov): number => sriov.vfs.reduce((sum, vf) => sum + (vf.count ?? 1), 0);

/** How far VF `number` (from 0) is from its physical function, in requester IDs (pci_iov_virtfn_bus, pci_iov_virtfn_devfn). */
export const vfOffsetOf = (sriov: Sriov, number: number): number => sriov.offset + number * sriov.stride;

/**
 * Why the declared VFs cannot be enabled at all: EIO when First VF Offset or VF Stride make no sense (SR-IOV is then
 * switched off, compute_max_vf_buses), EINVAL when they are more than TotalVFs (sriov_enable). Undefined: they can.
 */
export function vfFailure(sriov: Sriov): Errno | undefined {
  if (sriov.offset === 0 || (sriov.totalVfs > 1 && sriov.stride === 0)) return 'EIO';
  return numVfsOf(sriov) > sriov.totalVfs ? 'EINVAL' : undefined;
}

/** Buses above the physical function's own that all its VFs may need (pci_iov_bus_range); none when SR-IOV is off. */
export function busesReservedFor(sriov: Sriov, physicalDevfn: number): number {
  if (sriov.totalVfs === 0 || vfFailure(sriov) === 'EIO') return 0;
  return (physicalDevfn + vfOffsetOf(sriov, sriov.totalVfs - 1)) >> 8;
}
