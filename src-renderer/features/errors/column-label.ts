import { useTranslation } from 'react-i18next';

/** A column as a person calls it, with its own name beside; the name alone where nobody has words for it. */
export function useColumnLabel(): (name: string) => string {
  const { t, i18n } = useTranslation();
  return (name) => {
    const known = `editField.${name}`;
    return i18n.exists(known)
      ? t('errorsPage.edit.label', { words: t(known as 'editField.state'), name })
      : name;
  };
}
