import type { ConsoleLanguage } from '../contract/console-language.ts';
import type { VerdictAtGlance } from './verdict-watch.ts';

/** What the tray says. */
export interface TrayWords {
  /** the whole sentence, on pointing at it */
  sentence(glance: VerdictAtGlance): string;
  /** one or two words, as the first line of the menu */
  readonly verdict: Readonly<Record<VerdictAtGlance['verdict'], string>>;
  readonly open: string;
  readonly syncNow: string;
  readonly pause: string;
  readonly resume: string;
  readonly quit: string;
}

const grouped = {
  en: new Intl.NumberFormat('en'),
  'zh-CN': new Intl.NumberFormat('zh-CN'),
  'zh-TW': new Intl.NumberFormat('zh-TW'),
} as const;

const english: TrayWords = {
  sentence({ verdict, pending, synced, onBox }) {
    const count = (number: number): string => grouped.en.format(number);
    const waiting = pending === 1 ? 'One record is' : `${count(pending)} records are`;
    switch (verdict) {
      case 'starting':
        return 'Starting';
      case 'safe':
        if (synced === 0) return 'Ready. No records yet';
        return `All ${count(synced)} records are safe ${onBox ? 'on this box' : 'in the cloud'}`;
      case 'waiting':
        return pending === 0 ? 'Sent; still to be checked' : `${waiting} waiting for the next sync`;
      case 'offline':
        return pending === 0 ? 'Offline. Nothing is lost' : `Offline. ${waiting} waiting, nothing is lost`;
      case 'attention':
        return 'Something needs you. What was stored is safe';
      case 'stopped':
        return 'New records are not being taken in. What was stored is safe';
    }
  },
  verdict: {
    starting: 'Starting',
    safe: 'All is safe',
    waiting: 'Waiting for the next sync',
    offline: 'Offline, nothing is lost',
    attention: 'Something needs you',
    stopped: 'Not taking in records',
  },
  open: 'Open Backhaul',
  syncNow: 'Sync everything now',
  pause: 'Pause syncing for 24 hours',
  resume: 'Resume syncing',
  quit: 'Quit Backhaul',
};

const simplified: TrayWords = {
  sentence({ verdict, pending, synced, onBox }) {
    const count = (number: number): string => grouped['zh-CN'].format(number);
    switch (verdict) {
      case 'starting':
        return '正在启动';
      case 'safe':
        if (synced === 0) return '已就绪，暂无记录';
        return onBox ? `${count(synced)} 条记录已安全保存在本机` : `${count(synced)} 条记录已全部安全上云`;
      case 'waiting':
        return pending === 0 ? '已发送，等待核对' : `${count(pending)} 条记录等待下次同步`;
      case 'offline':
        return pending === 0 ? '离线，没有丢失' : `离线，${count(pending)} 条记录等待同步，没有丢失`;
      case 'attention':
        return '需要您处理，已保存的记录都安全';
      case 'stopped':
        return '新记录没有被接收，已保存的记录都安全';
    }
  },
  verdict: {
    starting: '正在启动',
    safe: '全部安全',
    waiting: '等待下次同步',
    offline: '离线，没有丢失',
    attention: '需要您处理',
    stopped: '没有在接收记录',
  },
  open: '打开 Backhaul',
  syncNow: '立即全部同步',
  pause: '暂停同步 24 小时',
  resume: '恢复同步',
  quit: '退出 Backhaul',
};

const traditional: TrayWords = {
  sentence({ verdict, pending, synced, onBox }) {
    const count = (number: number): string => grouped['zh-TW'].format(number);
    switch (verdict) {
      case 'starting':
        return '正在啟動';
      case 'safe':
        if (synced === 0) return '已就緒，尚無紀錄';
        return onBox ? `${count(synced)} 筆紀錄已安全保存在本機` : `${count(synced)} 筆紀錄已全部安全上雲端`;
      case 'waiting':
        return pending === 0 ? '已送出，等待核對' : `${count(pending)} 筆紀錄等待下次同步`;
      case 'offline':
        return pending === 0 ? '離線，沒有遺失' : `離線，${count(pending)} 筆紀錄等待同步，沒有遺失`;
      case 'attention':
        return '需要您處理，已保存的紀錄都安全';
      case 'stopped':
        return '新紀錄沒有被接收，已保存的紀錄都安全';
    }
  },
  verdict: {
    starting: '正在啟動',
    safe: '全部安全',
    waiting: '等待下次同步',
    offline: '離線，沒有遺失',
    attention: '需要您處理',
    stopped: '沒有在接收紀錄',
  },
  open: '開啟 Backhaul',
  syncNow: '立即全部同步',
  pause: '暫停同步 24 小時',
  resume: '恢復同步',
  quit: '結束 Backhaul',
};

export const trayWords: Readonly<Record<ConsoleLanguage, TrayWords>> = {
  en: english,
  'zh-CN': simplified,
  'zh-TW': traditional,
};
