import { useTranslation } from 'react-i18next';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';

/** The record in one line, the refused value marked. */
export function PayloadLine({ entry }: { readonly entry: QuarantinePageEntry }) {
  const { t } = useTranslation();
  const shown = Object.entries(entry.payload).filter(([, value]) => value !== null);
  return (
    <p className="payload-line" data-testid="payload-line">
      {shown.map(([name, value]) => (
        <span key={name}>
          {name}: {name === entry.column ? <mark>{textOf(value)}</mark> : textOf(value)}
          {name === entry.column && (
            <span className="visually-hidden"> ({t('errorsPage.entry.refused')})</span>
          )}
        </span>
      ))}
    </p>
  );
}

/** The record column by column, the refused value marked. */
export function PayloadTable({ entry }: { readonly entry: QuarantinePageEntry }) {
  const { t } = useTranslation();
  return (
    <table className="payload-table" data-testid="payload">
      <caption className="visually-hidden">{t('errorsPage.entry.payload')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('errorsPage.entry.column')}</th>
          <th scope="col">{t('errorsPage.entry.value')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(entry.payload).map(([name, value]) => (
          <tr key={name} className={name === entry.column ? 'refused' : ''}>
            <th scope="row">{name}</th>
            <td>
              {name === entry.column ? <mark>{textOf(value)}</mark> : textOf(value)}
              {name === entry.column && <span className="refused-word">{t('errorsPage.entry.refused')}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The refused value alone where it is known, else the whole record as text. */
export function refusedPart({ payload, column }: QuarantinePageEntry): string {
  if (column !== null && column in payload) return `${column}: ${textOf(payload[column])}`;
  return Object.entries(payload)
    .map(([name, value]) => `${name}: ${textOf(value)}`)
    .join(' · ');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
