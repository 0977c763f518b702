import type { Rule } from '../rule.ts';
import { addressForm } from './address-form.ts';
import { addressMismatch } from './address-mismatch.ts';
import { duplicateNodeId } from './duplicate-node-id.ts';
import { duplicateProperty } from './duplicate-property.ts';
import { ignoreUnused } from './ignore-unused.ts';
import { includeOutside } from './include-outside.ts';
import { indexOutOfRange } from './index-out-of-range.ts';
import { limitExceeded } from './limit-exceeded.ts';
import { missingRequiredField } from './missing-required-field.ts';
import { syntaxUnexpectedToken } from './syntax-unexpected-token.ts';
import { unknownKernelProfile } from './unknown-kernel-profile.ts';
import { unknownProperty } from './unknown-property.ts';
import { unresolvedReference } from './unresolved-reference.ts';
import { valueOutOfRange } from './value-out-of-range.ts';
import { wrongKindOfReference } from './wrong-kind-of-reference.ts';

export const SYNTAX: readonly Rule[] = [
  syntaxUnexpectedToken,
  duplicateNodeId,
  unresolvedReference,
  valueOutOfRange,
  unknownProperty,
  unknownKernelProfile,
  missingRequiredField,
  duplicateProperty,
  indexOutOfRange,
  wrongKindOfReference,
  addressForm,
  addressMismatch,
  includeOutside,
  ignoreUnused,
  limitExceeded,
];
