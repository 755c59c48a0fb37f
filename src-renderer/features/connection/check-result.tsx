import { useTranslation } from 'react-i18next';
import type { CloudCheckFinding, CloudCheckResult } from '../../../src-main/contract/cloud-shapes.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Notice } from '../../ui/notice.tsx';
import { groupFindings } from './group-findings.ts';
import './connection.css';

interface CheckResultProps {
  readonly check: CloudCheckResult;
  readonly onCopy: (text: string) => Promise<void>;
}

/** What a check of the cloud found: all there, or what is missing with the SQL that mends it. */
export function CheckResult({ check, onCopy }: CheckResultProps) {
  const { t } = useTranslation();
  const { outcome, kind, findings, missingMigrations, sql } = check;
  if (outcome === 'complete') {
    const words = check.lookedThrough === 'names' ? 'names' : kind;
    return (
      <Notice
        tone="safe"
        title={t(words === 'names' ? 'cloudCheck.complete.namesTitle' : 'cloudCheck.complete.title')}
        testId="check-result"
      >
        <p>{t(`cloudCheck.complete.${words}`)}</p>
      </Notice>
    );
  }
  const missing = missingMigrations.join(', ');
  return (
    <>
      <Notice
        tone={outcome === 'unreachable' ? 'off' : 'attention'}
        title={t(`cloudCheck.${outcome}.title`, { count: findings.length })}
        testId="check-result"
      >
        <p>{t(`cloudCheck.${outcome}.detail`)}</p>
        <p className="next">{t(`cloudCheck.${outcome}.next`)}</p>
        {missing !== '' && (
          <p data-testid="missing-migrations">
            {t('cloudCheck.missingMigrations', { count: missingMigrations.length, names: missing })}
          </p>
        )}
        {check.message && <p className="engine-words">{check.message}</p>}
      </Notice>
      {findings.length > 0 && <Findings findings={findings} />}
      {sql !== '' && (
        <div className="sql" data-testid="check-sql">
          <h3>{t('cloudCheck.sqlTitle')}</h3>
          <p className="quiet-text">{t('cloudCheck.sqlLead')}</p>
          <CodeBlock text={sql} label={t('cloudCheck.sqlTitle')} onCopy={onCopy} />
        </div>
      )}
    </>
  );
}

/** Migrations are named above; what comes with them is one line. */
function Findings({ findings }: { readonly findings: readonly CloudCheckFinding[] }) {
  const { t } = useTranslation();
  const { own, withMigrations } = groupFindings(findings);
  if (own.length === 0) return null;
  return (
    <ul className="findings" data-testid="findings">
      {own.map(({ name, table, problem }) => (
        <li key={problem}>
          <strong>{t(`cloudCheck.finding.${name}`, { table: table ?? '' })}</strong>
          <span className="engine-words" lang="en">
            {problem}
          </span>
        </li>
      ))}
      {withMigrations > 0 && <li>{t('cloudCheck.withMigrations', { count: withMigrations })}</li>}
    </ul>
  );
}
