import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import './code-block.css';

interface CodeBlockProps {
  readonly text: string;
  /** what it is, for a screen reader */
  readonly label: string;
  /** copies it; the button is left out where it is not given */
  readonly onCopy?: (text: string) => Promise<void>;
}

/** Text for a technician: SQL, a path, a line of code. */
export function CodeBlock({ text, label, onCopy }: CodeBlockProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <figure className="code-block" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      {onCopy && (
        <Button onPress={() => void onCopy(text).then(() => setCopied(true))}>
          {copied ? t('common.copied') : t('common.copy')}
        </Button>
      )}
    </figure>
  );
}
