import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('free-bus-number', () => {
  it('takes the next free bus', () => {
    checkFix(
      'duplicate-pxb-bus-nr',
      'free-bus-number',
      `
host-bridge pcie0 {
  expander px0 : pxb-pcie { bus = 128 }
  expander px1 : pxb-pcie { bus = 128 }
}
`,
      `
host-bridge pcie0 {
  expander px0 : pxb-pcie { bus = 128 }
  expander px1 : pxb-pcie { bus = 129 }
}
`,
    );
  });

  it('moves the expander up', () => {
    checkFix(
      'pxb-bus-range-overflow',
      'free-bus-number',
      `
host-bridge pcie0 {
  expander px0 : pxb-pcie { bus = 3 } // too near
  root-port rp[4] at 02.0
}
`,
      `
host-bridge pcie0 {
  expander px0 : pxb-pcie { bus = 5 } // too near
  root-port rp[4] at 02.0
}
`,
    );
  });
});
