import type { Rule } from '../rule.ts';

export const sriovBadOffsetStride: Rule = {
  id: 'sriov-bad-offset-stride',
  severity: 'error',
  title: 'an offset or stride that puts VFs onto one another',
  checks: 'First VF Offset is at least 1, and VF Stride too when there is more than one VF.',
  why: 'Offset 0 would make VF 0 the physical function itself. Linux refuses with -EIO and leaves SR-IOV off.',
  remedy: "Take the values of the device: QEMU's igb has offset 0x80 and stride 2, nvme 1 and 1.",
  sources: ['Linux 7.2: sriov_init, compute_max_vf_buses, drivers/pci/iov.c'],
};
