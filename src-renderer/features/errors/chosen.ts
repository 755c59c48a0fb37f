/** Records that are meant: some by id, those of a cause, or (with neither) all that are open. */
export interface Chosen {
  readonly ids?: number[];
  readonly code?: string;
  /** how many that is, for the question before they are given up */
  readonly count: number;
}
