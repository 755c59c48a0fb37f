// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which table elements cannot be
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import './virtual-table.css';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** a CSS grid track: `2fr`, `minmax(90px, 1fr)` */
  readonly width: string;
  readonly align?: 'start' | 'end';
}

interface VirtualTableProps<Row> {
  /** what is listed, for a screen reader */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** how many rows there are, those not read yet included */
  readonly total: number;
  /** undefined while that row has not been read */
  readonly rowAt: (index: number) => Row | undefined;
  /** rows that come into sight, so that their page can be read */
  readonly onNeed?: (first: number, last: number) => void;
  /** Enter, Space or a press on a row */
  readonly onOpen?: (row: Row) => void;
  readonly isCurrent?: (row: Row) => boolean;
  /** pixels; every row is as high */
  readonly rowHeight?: number;
  readonly testId?: string;
}

/** Rows drawn beyond either edge, so that scrolling shows no gap. */
const overscan = 8;

/**
 * A table of any length: only the rows in sight are drawn. One row at a time is in the tab order; arrows, Page Up and
 * Down, Home and End move through all of them.
 */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, total, rowAt, onNeed, onOpen, isCurrent, rowHeight = 44, testId } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (total > 0) onNeed?.(first, last);
  }, [first, last, total, onNeed]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`);
    if (!row) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });
  const tabStop = Math.min(active, Math.max(0, total - 1));
  const inSight = items.some((item) => item.index === tabStop);

  function move(event: KeyboardEvent): void {
    const to = target(event.key, tabStop, total, Math.max(1, last - first - 2 * overscan));
    if (to === null) {
      const row = rowAt(tabStop);
      if (onOpen && row !== undefined && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        onOpen(row);
      }
      return;
    }
    event.preventDefault();
    wantsFocus.current = true;
    setActive(to);
    virtualizer.scrollToIndex(to);
  }

  const tracks = columns.map((column) => column.width).join(' ');
  return (
    <div className="virtual-table" style={{ '--tracks': tracks } as React.CSSProperties} data-testid={testId}>
      <div
        className="virtual-scroller"
        role="grid"
        aria-label={label}
        aria-rowcount={total + 1}
        aria-colcount={columns.length}
        ref={scroller}
        tabIndex={-1}
      >
        <Head columns={columns} />
        <div role="rowgroup" className="virtual-body" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <TableRow
              key={item.key}
              row={rowAt(item.index)}
              columns={columns}
              {...{ index: item.index, height: item.size, top: item.start, onOpen, isCurrent }}
              isTabStop={item.index === tabStop || (!inSight && item.index === first)}
              onFocus={() => setActive(item.index)}
              onKeyDown={move}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function Head<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  return (
    <div className="virtual-row head" role="row" aria-rowindex={1} tabIndex={-1}>
      {columns.map((column) => (
        <div key={column.id} role="columnheader" tabIndex={-1} className={`cell ${column.align ?? 'start'}`}>
          {column.header}
        </div>
      ))}
    </div>
  );
}

interface TableRowProps<Row> extends Pick<VirtualTableProps<Row>, 'columns'> {
  /** undefined while it has not been read */
  readonly row: Row | undefined;
  readonly index: number;
  /** pixels */
  readonly height: number;
  readonly top: number;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: VirtualTableProps<Row>['onOpen'] | undefined;
  readonly isCurrent: VirtualTableProps<Row>['isCurrent'] | undefined;
}

function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, columns, index, height, top, isTabStop, onFocus, onKeyDown, onOpen, isCurrent } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-current={row !== undefined && isCurrent?.(row) ? 'true' : undefined}
      data-index={index}
      className={`virtual-row ${onOpen ? 'opens' : ''}`}
      style={{ height, transform: `translateY(${top}px)` }}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={() => row !== undefined && onOpen?.(row)}
    >
      {columns.map((column) => (
        <div key={column.id} role="gridcell" tabIndex={-1} className={`cell ${column.align ?? 'start'}`}>
          {row === undefined ? <span className="cell-pending" /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** The row that a key leads to; null for a key that leads nowhere. */
export function target(key: string, from: number, total: number, page: number): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: total - 1,
  };
  const to = moves[key];
  return to === undefined ? null : Math.min(Math.max(to, 0), Math.max(0, total - 1));
}
