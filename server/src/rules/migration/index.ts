import type { Rule } from '../rule.ts';
import { migrationFunctionAdded } from './migration-function-added.ts';
import { migrationFunctionBlocks } from './migration-function-blocks.ts';
import { migrationFunctionDiffers } from './migration-function-differs.ts';
import { migrationFunctionMissing } from './migration-function-missing.ts';
import { migrationKernelDiffers } from './migration-kernel-differs.ts';
import { migrationMachineDiffers } from './migration-machine-differs.ts';
import { migrationMessagesLost } from './migration-messages-lost.ts';

export const MIGRATION: readonly Rule[] = [
  migrationMachineDiffers,
  migrationFunctionMissing,
  migrationFunctionDiffers,
  migrationFunctionBlocks,
  migrationMessagesLost,
  migrationFunctionAdded,
  migrationKernelDiffers,
];
