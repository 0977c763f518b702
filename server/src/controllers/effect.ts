/** What an operation did at the hardware or firmware, in order. Runs of equal effects are merged where numbers rise by one. */
export type Effect =
  | {
      readonly does: 'mapd';
      readonly deviceId: number;
      readonly events: number;
      readonly lpiBase: number;
      readonly lpiCount: number;
      readonly lpisRequested: number;
    }
  | { readonly does: 'unmapd'; readonly deviceId: number }
  | {
      readonly does: 'mapti';
      readonly deviceId: number;
      readonly eventId: number;
      readonly lpi: number;
      readonly count: number;
      readonly collections: readonly number[];
    }
  | { readonly does: 'discard'; readonly deviceId: number; readonly eventId: number; readonly count: number }
  | { readonly does: 'movi'; readonly deviceId: number; readonly eventId: number; readonly collection: number }
  | { readonly does: 'no-lpis'; readonly wanted: number };
