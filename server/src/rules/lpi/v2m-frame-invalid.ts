import { frameProblem } from '../../model/message-drivers.ts';
import type { Rule } from '../rule.ts';

export const v2mFrameInvalid: Rule = {
  id: 'v2m-frame-invalid',
  severity: 'error',
  title: 'a GICv2m frame with SPIs that cannot be',
  checks: 'The SPIs of each frame are INTIDs of 32 to 1018, at least one of them.',
  why: 'INTIDs below 32 are private to a CPU, those above 1019 special. Linux rejects such a frame with -EINVAL when it is probed, and gives up all others of the GICv2m with it: there is no MSI at all then.',
  remedy: 'Give the frame a range within 32..1018; QEMU virt has 80..143.',
  sources: ['Linux 7.2: is_msi_spi_valid, gicv2m_of_init, gicv2m_acpi_init, drivers/irqchip/irq-gic-v2m.c'],
  *check({ machine }) {
    for (const controller of machine.controllers) {
      if (controller.type !== 'gicv2m') continue;
      for (const frame of controller.spiFrames) {
        const problem = frameProblem(frame);
        if (problem === undefined) continue;
        const { first, last } = frame;
        yield {
          rule: 'v2m-frame-invalid',
          at: { decl: controller.decl, part: { value: 'spis' } },
          message: `Linux rejects the frame ${first}..${last} and all others with it, so that nothing has MSI: ${problem}`,
          facts: { first, last },
        };
      }
    }
  },
};
