import capture from './en/capture.json';
import cloud from './en/cloud.json';
import common from './en/common.json';
import errors from './en/errors.json';
import find from './en/find.json';
import frame from './en/frame.json';
import help from './en/help.json';
import history from './en/history.json';
import home from './en/home.json';
import inventory from './en/inventory.json';
import kiosk from './en/kiosk.json';
import settings from './en/settings.json';
import setup from './en/setup.json';

/** Every text of the language, one file an area. */
export const texts = {
  ...common,
  ...frame,
  ...home,
  ...history,
  ...errors,
  ...capture,
  ...inventory,
  ...find,
  ...cloud,
  ...settings,
  ...setup,
  ...kiosk,
  ...help,
};
