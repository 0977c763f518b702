/** Tables of hypervisors that a machine does not show and that its interrupts fill all the same. */

/** Routes of one VM in KVM: `KVM_MAX_IRQ_ROUTES`, include/linux/kvm_host.h, the same in 6.1, 6.12 and 7.2. */
export const KVM_ROUTES = 4096;

/**
 * Routes of one VM in VMMs made of the Rust VMM libraries: the most entries of `KvmIrqRouting` in the kvm-bindings crate,
 * until rust-vmm/kvm#381 took KVM's number; also `MAX_IRQS` of the interrupt manager of Dragonball and Kata Containers.
 */
export const RUST_VMM_ROUTES = 1024;

/** Far above what any VMM offers; a larger number is a slip of the finger. */
export const ROUTES_MAX = 2 ** 20;

/** The frame of QEMU's virt machine with a GICv2: `NUM_GICV2M_SPIS` SPIs from 32 + `VIRT_GIC_V2M` on (include/hw/arm/virt.h, hw/arm/virt.c). */
export const QEMU_V2M_FRAME = { first: 80, last: 143 } as const;

/**
 * Routes that QEMU sets up for the pins of a controller before any message comes; undefined: where messages take no routes, as
 * their data is the number of the interrupt (`kvm_gsi_direct_mapping`).
 *
 * - GICv3: the SPIs of the virt machine, `NUM_IRQS` (hw/intc/arm_gicv3_kvm.c: kvm_arm_gicv3_realize)
 * - APIC: 15 of the two PICs and 23 of the IO-APIC (hw/i386/kvm/ioapic.c: kvm_pc_setup_irq_routing)
 * - IMSIC: the 96 sources of the APLIC and number 0 (target/riscv/kvm/kvm-cpu.c: kvm_riscv_aia_create)
 * - GICv2m (hw/intc/arm_gicv2m.c), XICS and XIVE (hw/intc/xics_kvm.c, spapr_xive_kvm.c): direct
 * - GICv5: QEMU 10 has none; its messages take routes as those of the GICv3 do
 */
export const QEMU_PIN_ROUTES: Readonly<Record<string, number | undefined>> = {
  gicv3: 256,
  gicv5: 0,
  'x86-apic': 38,
  'riscv-imsic': 97,
  gicv2m: undefined,
  'spapr-xics': undefined,
  'spapr-xive': undefined,
  'spapr-dual': undefined,
};
