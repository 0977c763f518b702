/** The room's door: what ide/, cli/, lsp/ and interop/ call. */
export type { Analysis, LocatedFinding, ProvedFix, Sources } from './analysis.ts';
export { type CapacityReport, capacitySlices, machineCapacity } from './capacity.ts';
export { expectationAt, type ProvedExpectation } from './expect-step.ts';
export { fixAll, fixesFor, fixesOf } from './judge.ts';
export { analyse, analyseNow } from './pipeline.ts';
