import type { Rule } from '../rule.ts';

export const sriovNumvfsExceedsTotal: Rule = {
  id: 'sriov-numvfs-exceeds-total',
  severity: 'error',
  title: 'more VFs than the device offers',
  checks:
    'The VFs declared in an endpoint, which are those enabled at boot (NumVFs), are at most as many as it offers (TotalVFs, `vfs = n`).',
  why: 'Linux answers -EINVAL to a NumVFs above TotalVFs, and no VF appears.',
  remedy: 'Declare at most as many as the device has, or set `vfs` when the device really offers more.',
  sources: ['Linux 7.2: sriov_enable, drivers/pci/iov.c'],
};
