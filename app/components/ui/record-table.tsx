import { Box, Text } from '@shopify/polaris';
import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  numeric?: boolean;
  /** Holds something to fill in: gets a line of its own on a phone. */
  field?: boolean;
  /** Heads the card that a row becomes on a phone; has no label there. */
  lead?: boolean;
}

interface RecordTableProps<Row> {
  /** Read out; says what the rows are. */
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Shown in place of the table: a text as it stands, or more (a heading, a button). */
  empty?: ReactNode;
}

/** Buttons need no name beside them, on a phone least of all. */
const ACTIONS = 'actions';

const classOf = ({ id, numeric, lead, field }: { [Key in 'numeric' | 'lead' | 'field']: boolean | undefined } & { id: string }) =>
  [numeric ? 'cd-numeric' : '', lead ? 'cd-lead' : '', field ? 'cd-field' : '', id === ACTIONS ? 'cd-actions' : '']
    .filter(Boolean)
    .join(' ') || undefined;

/**
 * Records in rows. On a phone every row is a card with its values labelled, so that nothing scrolls sideways. The roles are written
 * out because a table that CSS lays out otherwise loses them.
 */
export function RecordTable<Row>({ caption, columns, rows, rowKey, empty }: RecordTableProps<Row>): ReactNode {
  if (rows.length === 0 && typeof empty === 'string')
    return (
      <Box padding="400">
        <Text as="p" tone="subdued">
          {empty}
        </Text>
      </Box>
    );
  if (rows.length === 0 && empty) return empty;
  return (
    <table className="cd-table" role="table" aria-label={caption}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ id, title, numeric }) => (
            <th key={id} role="columnheader" scope="col" className={numeric ? 'cd-numeric' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map(({ id, title, cell, numeric, lead, field }) => (
              <td
                key={id}
                role="cell"
                className={classOf({ id, numeric, lead, field })}
                data-label={lead || id === ACTIONS ? undefined : title}
              >
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
