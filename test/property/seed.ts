/**
 * Property tests draw the same cases in every run, so that a failure is a change's and not a day's. `SEED=random npx
 * vitest run test/property` draws others; a case that fails becomes a test of its own.
 */
import fc from 'fast-check';

const { SEED = '20261121' } = process.env;
if (SEED !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(SEED) });
