import type { ReactNode } from 'react';
import {
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextField as AriaTextField,
  Button,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextArea,
} from 'react-aria-components';
import './field.css';

interface FieldProps {
  readonly label: string;
  /** what it is for, one sentence */
  readonly hint?: string | undefined;
  /** what is wrong with it; shown at the field and read out */
  readonly fault?: string | null | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly testId?: string | undefined;
}

interface TextInputProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url' | 'search' | 'time' | 'date' | 'datetime-local';
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly placeholder?: string | undefined;
  readonly rows?: number;
  readonly autoComplete?: string;
  /** takes the focus when it appears */
  readonly autoFocus?: boolean;
  /** offered while typing; anything else may be typed too */
  readonly suggestions?: readonly string[];
  /** the id of their list */
  readonly suggestionsId?: string;
}

/** A labelled line (or, with `rows`, a box) of text. */
export function TextInput(props: TextInputProps) {
  const { label, hint, fault, isDisabled = false, testId, value, onChange, rows, placeholder } = props;
  return (
    <AriaTextField
      className="field"
      value={value}
      onChange={onChange}
      isDisabled={isDisabled}
      isInvalid={Boolean(fault)}
      type={props.type ?? 'text'}
      autoComplete={props.autoComplete ?? 'off'}
      autoFocus={props.autoFocus ?? false}
      data-testid={testId}
    >
      <Label className="field-label">{label}</Label>
      {rows === undefined ? (
        <Input
          className="input"
          {...(placeholder ? { placeholder } : {})}
          {...(props.inputMode ? { inputMode: props.inputMode } : {})}
          {...(props.suggestionsId ? { list: props.suggestionsId } : {})}
        />
      ) : (
        <TextArea className="input" rows={rows} {...(placeholder ? { placeholder } : {})} />
      )}
      {props.suggestions && (
        <datalist id={props.suggestionsId}>
          {props.suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-fault">{fault}</FieldError>
    </AriaTextField>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface ChoiceFieldProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  /** what can be chosen has the same name in every language */
  readonly isData?: boolean;
  /** the label is read out but not seen, where the place says it */
  readonly hideLabel?: boolean;
}

/** One of several, in a list that opens. */
export function SelectField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, hint, fault, isDisabled = false, testId, value, choices, onChange, hideLabel } = props;
  return (
    <AriaSelect
      className="field"
      selectedKey={value}
      onSelectionChange={(key) => onChange(key as Value)}
      isDisabled={isDisabled}
      isInvalid={Boolean(fault)}
      data-testid={testId}
    >
      <Label className={hideLabel ? 'visually-hidden' : 'field-label'}>{label}</Label>
      <Button className="input select">
        <SelectValue {...(props.isData ? { 'data-data': '' } : {})} />
        <span aria-hidden="true" className="select-sign" />
      </Button>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-fault">{fault}</FieldError>
      <Popover className="popover">
        <ListBox className="list-box">
          {choices.map((choice) => (
            <ListBoxItem key={choice.value} id={choice.value} textValue={choice.label} className="list-item">
              {choice.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

interface SwitchFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isDisabled?: boolean;
  readonly testId?: string;
}

/** On or off, at once. */
export function SwitchField({ label, hint, isSelected, onChange, isDisabled, testId }: SwitchFieldProps) {
  return (
    <div className="field">
      <AriaSwitch
        className="switch"
        isSelected={isSelected}
        onChange={onChange}
        isDisabled={isDisabled ?? false}
        data-testid={testId}
      >
        <span className="switch-track" aria-hidden="true" />
        <span>{label}</span>
      </AriaSwitch>
      {hint && <p className="field-hint switch-hint">{hint}</p>}
    </div>
  );
}
