/** One PCI tree on other platforms: what lsp/ and cli/ call. */
export { type Comparison, compare, comparisonOf, type OnPlatform, onPlatform } from './comparison.ts';
export { comparisonText, platformText, summaryText } from './comparison-text.ts';
export { documentOf, type SpecDocument } from './document.ts';
export { type ControllerType, docOf, PLATFORMS, type Platform, platformOf } from './platforms.ts';
export { platformIn, type SpecOn, specOn } from './spec-on.ts';
