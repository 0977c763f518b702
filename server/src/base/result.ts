/** The errno values this project's domain answers with, as Linux's pci and irq code returns them. */
export type Errno =
  | 'EINVAL'
  | 'ENOSPC'
  | 'ENOMEM'
  | 'ENODEV'
  | 'ERANGE'
  | 'EBUSY'
  | 'EIO'
  | 'EFAULT'
  | 'ENOTSUPP'
  | 'EPERM'
  | 'ESRCH';

/** Why a call did not succeed: an errno; or the VMM itself ended over it, so that nobody got an answer. */
export type Failure = Errno | 'abort';

/** A failure as sentences and tables name it: "-ENOSPC". */
export const failureText = (failure: Failure): string => (failure === 'abort' ? 'the VMM aborts' : `-${failure}`);

/** A value, or the errno that Linux would return in its place. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errno: Errno };

/** Wraps a value as a successful {@link Result}. */
export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Wraps an errno as a failed {@link Result}. */
export const err = (errno: Errno): Result<never> => ({ ok: false, errno });

/** For the `default` of an exhaustive switch: the compiler rejects a case that was forgotten. */
export function never(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
