import type { ConsoleLanguage } from '../contract/console-language.ts';

/** What the main process says by itself: notifications about the window, dialogs of the system. */
export interface WindowWords {
  /** the window was closed and there is no tray to show that it goes on */
  readonly hidden: { readonly title: string; readonly body: string };
  /** the kiosk was asked for and there is no PIN */
  readonly noPin: { readonly message: string; readonly detail: string; readonly button: string };
  readonly exportHistory: string;
  readonly exportInventory: string;
  readonly saveDiagnostics: string;
}

export const windowWords: Readonly<Record<ConsoleLanguage, WindowWords>> = {
  en: {
    hidden: {
      title: 'Backhaul goes on working',
      body: 'Records are still taken in and sent. To see the window again, open Backhaul once more.',
    },
    noPin: {
      message: 'The kiosk has no PIN yet',
      detail:
        'Backhaul has opened as an ordinary window, because nobody could leave the kiosk without a PIN. Records are taken in and sent as always. Set a PIN in the settings, or with “backhaul kiosk set-pin”, and open the kiosk again.',
      button: 'OK',
    },
    exportHistory: 'Save the history',
    exportInventory: 'Save the sales',
    saveDiagnostics: 'Save what helps a technician',
  },
  'zh-CN': {
    hidden: {
      title: 'Backhaul 仍在后台工作',
      body: '记录照常接收和发送。要再次看到窗口，请重新打开 Backhaul。',
    },
    noPin: {
      message: '全屏锁定还没有设置 PIN',
      detail:
        '没有 PIN 就无法退出全屏锁定，所以 Backhaul 以普通窗口打开。记录照常接收和发送。请在“设置”中设置 PIN，或运行 “backhaul kiosk set-pin”，然后重新打开全屏锁定。',
      button: '知道了',
    },
    exportHistory: '保存历史记录',
    exportInventory: '保存销售情况',
    saveDiagnostics: '保存诊断资料',
  },
  'zh-TW': {
    hidden: {
      title: 'Backhaul 仍在背景執行',
      body: '紀錄照常接收與傳送。要再次看到視窗，請重新開啟 Backhaul。',
    },
    noPin: {
      message: '全螢幕鎖定尚未設定 PIN',
      detail:
        '沒有 PIN 就無法離開全螢幕鎖定，所以 Backhaul 以一般視窗開啟。紀錄照常接收與傳送。請在「設定」中設定 PIN，或執行「backhaul kiosk set-pin」，再重新開啟全螢幕鎖定。',
      button: '知道了',
    },
    exportHistory: '儲存歷史紀錄',
    exportInventory: '儲存銷售狀況',
    saveDiagnostics: '儲存診斷資料',
  },
};
