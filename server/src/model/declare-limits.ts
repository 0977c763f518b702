/** Numbers whose limits are hardware's or the kernel's, and have rules of their own. */
import type { Declared } from './declared.ts';
import type { ModelProblem } from './problem.ts';
import { MSI_MAX, MSIX_MAX, powerOfTwoFrom } from './resolve-endpoints.ts';
import { checkRequest } from './resolve-requests.ts';
import { asNumber } from './values.ts';

/** Adds what is wrong with the capabilities or the request that a block writes. */
export function checkLimits(decl: Declared, problems: ModelProblem[]): void {
  if (decl.kind === 'expect') return;
  checkMsi(decl, problems);
  checkMsix(decl, problems);
  if (decl.kind === 'request' || decl.kind === 'enable') checkRequest(decl, problems);
}

function checkMsi(decl: Declared, problems: ModelProblem[]) {
  const msi = asNumber(decl.values.get('msi'));
  if (msi === undefined || msi === 0 || (msi <= MSI_MAX && powerOfTwoFrom(msi) === msi)) return;
  const next = Math.min(powerOfTwoFrom(msi), MSI_MAX);
  problems.push({
    rule: 'msi-count-not-power-of-two',
    at: { decl, part: { value: 'msi' } },
    message: `MSI count ${msi} is invalid; the capability allows 1, 2, 4, 8, 16 or 32`,
    facts: { msi, next },
    replacement: String(next),
  });
}

function checkMsix(decl: Declared, problems: ModelProblem[]) {
  const msix = asNumber(decl.values.get('msix'));
  if (msix === undefined || msix <= MSIX_MAX) return;
  problems.push({
    rule: 'msix-count-out-of-range',
    at: { decl, part: { value: 'msix' } },
    message: `MSI-X table size ${msix} is outside 1..${MSIX_MAX}`,
    facts: { msix, limit: MSIX_MAX },
    replacement: String(MSIX_MAX),
  });
}
