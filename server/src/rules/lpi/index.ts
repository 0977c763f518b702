import type { Rule } from '../rule.ts';
import { imsicIdentitiesExhausted } from './imsic-identities-exhausted.ts';
import { linuxIrqExhausted } from './linux-irq-exhausted.ts';
import { lpiBlockHalved } from './lpi-block-halved.ts';
import { lpiIdBitsRestricted } from './lpi-id-bits-restricted.ts';
import { lpiOverreservedTableSized } from './lpi-overreserved-table-sized.ts';
import { lpiPoolExhausted } from './lpi-pool-exhausted.ts';
import { v2mFrameInvalid } from './v2m-frame-invalid.ts';
import { v2mSpiExhausted } from './v2m-spi-exhausted.ts';

export const LPI: readonly Rule[] = [
  lpiPoolExhausted,
  lpiBlockHalved,
  lpiOverreservedTableSized,
  lpiIdBitsRestricted,
  linuxIrqExhausted,
  v2mSpiExhausted,
  v2mFrameInvalid,
  imsicIdentitiesExhausted,
];
