/** A row as it travels: names and values of the receiving table. */
export type OutgoingValues = Readonly<Record<string, string | number | boolean | null | object>>;

/** A row on its way, and how it meets a row of the same key that is already there. */
export interface OutgoingRow {
  readonly row: OutgoingValues;
  /**
   * `settle`: what was there takes over the content that is sent, and counts as a duplicate.
   * `update`: known to be there with older content; counts as sent.
   * `keep`: a stub, never touches what is there.
   */
  readonly onConflict: 'settle' | 'update' | 'keep';
}
