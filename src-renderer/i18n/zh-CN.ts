import capture from './zh-CN/capture.json';
import cloud from './zh-CN/cloud.json';
import common from './zh-CN/common.json';
import errors from './zh-CN/errors.json';
import find from './zh-CN/find.json';
import frame from './zh-CN/frame.json';
import help from './zh-CN/help.json';
import history from './zh-CN/history.json';
import home from './zh-CN/home.json';
import inventory from './zh-CN/inventory.json';
import kiosk from './zh-CN/kiosk.json';
import settings from './zh-CN/settings.json';
import setup from './zh-CN/setup.json';

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
