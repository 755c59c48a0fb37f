import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import './button.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'style'> {
  readonly children: ReactNode;
  /** `main`: the one thing to do here; `quiet`: everything else; `danger`: what cannot be undone; `bare`: no frame */
  readonly look?: 'main' | 'quiet' | 'danger' | 'bare';
  readonly size?: 'large' | 'small';
}

/** A button. While `isPending` it keeps its place and its focus and takes no press. */
export function Button({ children, look = 'quiet', size = 'small', ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`button ${look} ${size}`}>
      {children}
    </AriaButton>
  );
}
