/** The room's door: what ide/, cli/, lsp/ and interop/ call. */
export type { Analysis, LocatedFinding, ProvedFix, Sources } from './analysis.ts';
export { type CapacityReport, machineCapacity } from './capacity.ts';
export { fixAll, fixesFor, fixesOf } from './judge.ts';
export { analyse, analyseNow } from './pipeline.ts';
