import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initialSpaprState } from '../../../../server/src/controllers/spapr/index.ts';
import { claimedSources } from '../../../../server/src/controllers/spapr/source-space.ts';
import { readRecord } from '../../../conformance/record.ts';
import { isSpaprRecord } from '../../../conformance/spapr/record.ts';
import { spaprMachine } from '../../../conformance/spapr/to-machine.ts';

const folder = new URL('../../../conformance/records/spapr/', import.meta.url);
const files = readdirSync(folder).filter((path) => path.endsWith('.json'));

describe('sources claimed before the first step', () => {
  it.each(files)('%s: are those of the machine type', (path) => {
    const record = readRecord(readFileSync(new URL(path, folder), 'utf8'));
    if (record === undefined || !isSpaprRecord(record)) throw new Error(`${path} is no pseries record`);
    const { machine } = spaprMachine(record);
    const [controller] = machine.controllers;
    if (controller === undefined || !('spiFrames' in controller)) throw new Error(path);
    const { space } = initialSpaprState(controller, machine);
    const claimed = claimedSources(space).map(({ kind, run }) => ({ from: run.first, to: run.last, kind }));
    expect(claimed).toEqual(record.given.claimed);
    const [{ numbering, firstSource, lastSource, firstMsi = firstSource }] = record.controllers;
    expect(space).toMatchObject({ numbering, firstSource, lastSource, firstMsi });
  });
});
