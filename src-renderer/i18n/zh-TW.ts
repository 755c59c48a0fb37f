import capture from './zh-TW/capture.json';
import cloud from './zh-TW/cloud.json';
import common from './zh-TW/common.json';
import errors from './zh-TW/errors.json';
import find from './zh-TW/find.json';
import frame from './zh-TW/frame.json';
import help from './zh-TW/help.json';
import history from './zh-TW/history.json';
import home from './zh-TW/home.json';
import inventory from './zh-TW/inventory.json';
import kiosk from './zh-TW/kiosk.json';
import settings from './zh-TW/settings.json';
import setup from './zh-TW/setup.json';

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
