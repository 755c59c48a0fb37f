import type { PinOutcome } from '../contract/desktop-contract.ts';
import { BackhaulError } from '../contract/errors.ts';
import type { KioskPin } from '../engine/config/kiosk-pin.ts';
import type { Logger } from '../engine/log/logger.ts';

/** Full screen and locked, left only with the PIN (SPEC 7). */
export interface Kiosk {
  isActive(): boolean;
  isPinSet(): boolean;
  /** Faults: misconfigured without a PIN. */
  enter(): void;
  leave(pin: string): Promise<PinOutcome>;
  setPin(pin: string, current: string | null): Promise<PinOutcome>;
  /** Faults: locked while the kiosk is locked. */
  requireUnlocked(): void;
}

export interface KioskOptions {
  readonly pin: KioskPin;
  readonly screen: { isKiosk(): boolean; setKiosk(on: boolean): void };
  readonly log: Logger;
  /** it was entered or left, or a PIN was set */
  readonly onChange: () => void;
}

export function createKiosk({ pin, screen, log, onChange }: KioskOptions): Kiosk {
  return {
    isActive: () => screen.isKiosk(),
    isPinSet: () => pin.isSet(),
    enter() {
      if (!pin.isSet()) {
        throw new BackhaulError(
          'misconfigured',
          'The kiosk has no PIN, so nobody could leave it. Set one in the settings or with "backhaul kiosk set-pin".',
        );
      }
      screen.setKiosk(true);
      log.info('the kiosk is locked');
      onChange();
    },
    async leave(given) {
      const outcome = await pin.check(given);
      if (outcome.accepted) {
        screen.setKiosk(false);
        log.info('the kiosk was left with the PIN');
        onChange();
      } else log.warn('a wrong PIN for the kiosk', { closed: outcome.lockedUntil !== null });
      return outcome;
    },
    async setPin(given, current) {
      const outcome = await pin.change(given, current);
      if (outcome.accepted) onChange();
      return outcome;
    },
    requireUnlocked() {
      if (screen.isKiosk())
        throw new BackhaulError('locked', 'The kiosk is locked; it is left with its PIN.');
    },
  };
}
