import { useEffect } from 'react';
import type { Formats } from '../../ui/formats.ts';
import type { Chosen } from './chosen.ts';
import { EditDialog } from './edit-dialog.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import type { ErrorsState } from './store.ts';

interface EntryDialogsProps {
  readonly view: ErrorsState;
  readonly isEditing: boolean;
  readonly isDisabled: boolean;
  readonly formats: Formats;
  readonly onClose: () => void;
  readonly onEdit: () => void;
  readonly onRetry: (chosen: Chosen) => void;
  readonly onDiscard: (chosen: Chosen) => void;
  readonly onSaved: () => void;
}

/** The record that the address names: to be looked at, or to be corrected. */
export function EntryDialogs(props: EntryDialogsProps) {
  const { view, isEditing, isDisabled, formats, onClose, onEdit, onRetry, onDiscard, onSaved } = props;
  const { open, readFields } = view;
  const entry = open?.entry;
  const mayEdit = isEditing && entry?.resolution === 'open' && entry.correctable;
  const wantsFields = mayEdit && open?.fields === null && open.fault === null;
  useEffect(() => {
    if (wantsFields) void readFields();
  }, [wantsFields, readFields]);
  if (open && mayEdit) {
    return (
      <EditDialog
        key={open.id}
        open={open}
        isBusy={view.busy}
        formats={formats}
        onClose={onClose}
        onSave={(values) =>
          void view.edit(open.id, values).then((done) => {
            if (done) onSaved();
          })
        }
      />
    );
  }
  return (
    <EntryDialog
      open={open}
      isDisabled={isDisabled}
      onClose={onClose}
      onEdit={onEdit}
      onRetry={onRetry}
      onDiscard={onDiscard}
    />
  );
}
