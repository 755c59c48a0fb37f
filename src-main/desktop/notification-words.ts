import type { ConsoleLanguage } from '../contract/console-language.ts';
import type { HealthCheck } from '../contract/health-shapes.ts';

interface Sentence {
  readonly title: string;
  readonly body: string;
}

/** What a notification says; the checks that can turn critical (SPEC 6) have words of their own. */
export interface NotificationWords {
  readonly critical: Readonly<Partial<Record<HealthCheck['name'], Sentence>>>;
  readonly other: Sentence;
  readonly recovered: Sentence;
  /** so many products are all gone; the first of them by their names */
  readonly outOfStock: (count: number, named: readonly string[]) => Sentence;
}

const english: NotificationWords = {
  critical: {
    schedule: {
      title: 'A sync is overdue',
      body: 'Records wait on this box, nothing is lost. Open Backhaul and press “Sync everything now”.',
    },
    capture: {
      title: 'New records are not being stored',
      body: 'What was stored is safe. Ask a technician at once.',
    },
    disk: {
      title: 'The disk is nearly full',
      body: 'What was stored is safe. Ask a technician to free some space.',
    },
  },
  other: { title: 'Something needs you', body: 'What was stored is safe. Open Backhaul to see what to do.' },
  recovered: { title: 'All is well again', body: 'Nothing needs you any more.' },
  outOfStock: (count, named) => ({
    title: count === 1 ? `${named[0]} is out` : `${count} products are out`,
    body: `Put more on the shelf: ${named.join(', ')}.`,
  }),
};

const simplified: NotificationWords = {
  critical: {
    schedule: {
      title: '同步已逾期',
      body: '记录都保存在本机，没有丢失。请打开 Backhaul，按“立即全部同步”。',
    },
    capture: { title: '新记录没有被保存', body: '已保存的记录都安全。请立即联系技术人员。' },
    disk: { title: '磁盘快满了', body: '已保存的记录都安全。请让技术人员腾出空间。' },
  },
  other: { title: '需要您处理', body: '已保存的记录都安全。请打开 Backhaul 查看。' },
  recovered: { title: '一切恢复正常', body: '不再需要您处理。' },
  outOfStock: (count, named) => ({
    title: count === 1 ? `${named[0]} 已售完` : `${count} 种商品已售完`,
    body: `请补货：${named.join('、')}。`,
  }),
};

const traditional: NotificationWords = {
  critical: {
    schedule: {
      title: '同步已逾期',
      body: '紀錄都保存在本機，沒有遺失。請開啟 Backhaul，按「立即全部同步」。',
    },
    capture: { title: '新紀錄沒有被保存', body: '已保存的紀錄都安全。請立即聯絡技術人員。' },
    disk: { title: '磁碟快滿了', body: '已保存的紀錄都安全。請讓技術人員騰出空間。' },
  },
  other: { title: '需要您處理', body: '已保存的紀錄都安全。請開啟 Backhaul 查看。' },
  recovered: { title: '一切恢復正常', body: '不再需要您處理。' },
  outOfStock: (count, named) => ({
    title: count === 1 ? `${named[0]} 已售完` : `${count} 種商品已售完`,
    body: `請補貨：${named.join('、')}。`,
  }),
};

export const notificationWords: Readonly<Record<ConsoleLanguage, NotificationWords>> = {
  en: english,
  'zh-CN': simplified,
  'zh-TW': traditional,
};
