import type { ConsoleLanguage } from '../contract/console-language.ts';

/** What a printed day or week of the inventory says. */
export interface PrintWords {
  readonly language: ConsoleLanguage;
  readonly title: string;
  readonly zone: (zone: string) => string;
  readonly sold: string;
  readonly expired: string;
  readonly alerts: string;
  readonly byProduct: string;
  readonly byHour: string;
  /** heads of the products' table */
  readonly product: string;
  readonly sales: string;
  readonly atStart: string;
  readonly atEnd: string;
  readonly average: string;
  readonly turnover: string;
  /** heads of the hours' table */
  readonly hour: string;
  readonly products: string;
  readonly foundExpired: string;
  readonly since: string;
  readonly nothing: string;
  /** hours without a sale are left out of a week */
  readonly leftOut: string;
  readonly yes: string;
}

const en: PrintWords = {
  language: 'en',
  title: 'Inventory and sales',
  zone: (zone) => `Times of ${zone}`,
  sold: 'Sold',
  expired: 'Expired',
  alerts: 'Alerts',
  byProduct: 'By product',
  byHour: 'By hour',
  product: 'Product',
  sales: 'Sales',
  atStart: 'At the start',
  atEnd: 'At the end',
  average: 'On average',
  turnover: 'Turnover',
  hour: 'Hour',
  products: 'Products',
  foundExpired: 'Found expired',
  since: 'Since',
  nothing: 'None.',
  leftOut: 'Hours without a sale are left out.',
  yes: 'Yes',
};

const simplified: PrintWords = {
  language: 'zh-CN',
  title: '库存与销售',
  zone: (zone) => `时间为 ${zone} 时区`,
  sold: '售出',
  expired: '过期',
  alerts: '警报',
  byProduct: '按商品',
  byHour: '按小时',
  product: '商品',
  sales: '销售次数',
  atStart: '开始时',
  atEnd: '结束时',
  average: '平均',
  turnover: '周转',
  hour: '小时',
  products: '商品',
  foundExpired: '发现过期',
  since: '自',
  nothing: '没有。',
  leftOut: '没有销售的小时不列出。',
  yes: '是',
};

const traditional: PrintWords = {
  language: 'zh-TW',
  title: '庫存與銷售',
  zone: (zone) => `時間為 ${zone} 時區`,
  sold: '售出',
  expired: '過期',
  alerts: '警示',
  byProduct: '依商品',
  byHour: '依小時',
  product: '商品',
  sales: '銷售次數',
  atStart: '開始時',
  atEnd: '結束時',
  average: '平均',
  turnover: '週轉',
  hour: '小時',
  products: '商品',
  foundExpired: '發現過期',
  since: '自',
  nothing: '沒有。',
  leftOut: '沒有銷售的小時不列出。',
  yes: '是',
};

export const printWords: Readonly<Record<ConsoleLanguage, PrintWords>> = {
  en,
  'zh-CN': simplified,
  'zh-TW': traditional,
};
