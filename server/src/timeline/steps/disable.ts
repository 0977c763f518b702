/** `disable`: the bound driver calls pci_free_irq_vectors. */
import { freeVectors } from '../free.ts';
import { noted } from '../log.ts';
import { functionState, requestedVectors } from '../state.ts';
import { cannotApply, ended, nameOf, whenBound } from './subjects.ts';

export const disableOne = whenBound('pci_free_irq_vectors', (state, fn, log) => {
  const own = functionState(state, fn);
  const name = nameOf(state, fn);
  if (own.mode === 'none') {
    const message = `${name} has no vectors: pci_free_irq_vectors does nothing`;
    log.refused.push({ rule: cannotApply, message, fn, isHarmless: true });
    return ended(state, fn, undefined);
  }
  const handlers = requestedVectors(own);
  if (own.mode === 'intx' && handlers > 0) {
    const message = `${name} is on its INTx line: pci_free_irq_vectors leaves it alone, handler and all`;
    log.refused.push({ rule: cannotApply, message, fn, isHarmless: true });
    return ended(state, fn, undefined);
  }
  if (handlers > 0) {
    const message = `${name}: ${handlers === 1 ? '1 handler is' : `${handlers} handlers are`} still installed; their interrupts go from under them, and the driver is called no more. \`free-irq\` comes first`;
    log.refused.push({ rule: 'lifecycle-free-while-requested', message, fn });
  }
  return ended(noted(log, freeVectors(state, fn)), fn, undefined);
});
