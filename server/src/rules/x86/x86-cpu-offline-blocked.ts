import type { Rule } from '../rule.ts';

export const x86CpuOfflineBlocked: Rule = {
  id: 'x86-cpu-offline-blocked',
  severity: 'warning',
  title: 'a CPU cannot go offline, as its vectors find no room elsewhere',
  checks: 'When a scenario takes a CPU offline, the CPUs that stay have a free vector for each one it has in use.',
  why: 'Every interrupt that a CPU serves must move before it goes. Before anything is moved the kernel compares: vectors allocated on that CPU, managed ones apart, and vectors available on all others. Too few, and the write to `/sys/devices/system/cpu/cpuN/online` returns -ENOSPC; nothing has changed.',
  remedy: 'Free handlers first, take another CPU, or ask for fewer vectors.',
  sources: [
    'Linux 7.2: lapic_can_unplug_cpu, arch/x86/kernel/apic/vector.c',
    'Recorded machine: x86-offline-noir-smp2-61 ("CPU 1 has 153 vectors, 47 available")',
  ],
};
