/**
 * GICv2m frames in a migration: QEMU sends nothing of them (hw/intc/arm_gicv2m.c has no vmstate). The guest read their SPIs at
 * boot and has written them into its devices.
 */
import type { Arrival, ControllerDifference } from '../arrival.ts';
import type { V2mState } from './index.ts';

/** The SPIs as they are; where the other machine has other frames, messages end nowhere, or at somebody else's SPI. */
export function arriveGicv2m(here: V2mState, there: V2mState): Arrival<V2mState> {
  const differences: ControllerDifference[] = [];
  const [a, b] = [framesText(here), framesText(there)];
  if (a !== b) {
    differences.push({
      what: 'the SPIs of the frames',
      here: a,
      there: b,
      end: 'lost',
      source: 'hw/intc/arm_gicv2m.c: no state of a frame is sent',
    });
  }
  return { state: here, differences };
}

const framesText = ({ frames }: V2mState): string =>
  frames.length === 0 ? 'none' : frames.map(({ first, last }) => `${first}..${last}`).join(', ');
