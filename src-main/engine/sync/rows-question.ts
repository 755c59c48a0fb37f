/** A page of a location's rows, in the order of what numbers them. */
export interface RowsQuestion {
  /** the cloud's table, without ASE_ */
  readonly table: string;
  /** what numbers its rows there; read as `row_key` */
  readonly id: string;
  readonly columns: readonly string[];
  /** further conditions in PostgREST's words, as [column, "operator.value"] */
  readonly conditions?: readonly (readonly [column: string, condition: string])[];
  /** the `row_key` of the last row that was read, null for the first page */
  readonly after: string | number | null;
  /** at most so many; the cloud may give fewer, and there are no more only where it gives none */
  readonly limit: number;
}
