import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import './dialog.css';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** buttons at the foot; the way out is always there */
  readonly actions?: ReactNode;
  /** `panel` slides in at the side and lets the page be seen; `wide` has room for a table */
  readonly shape?: 'box' | 'wide' | 'panel';
  readonly closeLabel?: string;
  readonly testId?: string;
}

/** A modal dialog: focus stays in it and goes back where it was; Escape and a press beside it close it. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, children, actions, shape = 'box', closeLabel, testId } = props;
  const { t } = useTranslation();
  return (
    <ModalOverlay
      className={`overlay ${shape}`}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable
    >
      <Modal className="modal">
        <AriaDialog className="dialog" data-testid={testId}>
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          <div className="dialog-body">{children}</div>
          <div className="dialog-actions">
            <Button look="quiet" onPress={onClose}>
              {closeLabel ?? t('common.close')}
            </Button>
            {actions}
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
