import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendToBridge } from '../../../../e2e/support/bridge-lines.ts';
import { stateLine } from '../../../../e2e/support/bridge-producer.ts';
import { type AnsweringEngine, ask, openAnsweringEngine } from '../api-fixture.ts';
import { by, counter, gauge, writeFamilies } from './exposition.ts';

interface Read {
  readonly type: string;
  readonly help: string;
  /** by their labels as they are written */
  readonly samples: Map<string, number>;
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/;

/** Reads the format as its specification tells it, and throws at what breaks a rule of it. */
function readExposition(text: string): Map<string, Read> {
  const families = new Map<string, Read>();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  let help: readonly [string, string] = ['', ''];
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') help = [name, rest];
    else if (kind === 'TYPE') {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      if (help[0] !== name || help[1] === '') throw new Error(`${name} has no meaning`);
      families.set(name, { type: rest, help: help[1], samples: new Map() });
      current = name;
    } else {
      const [, sample, labels = '', value = ''] = sampleLine.exec(line) ?? [];
      if (sample === undefined || sample !== current) throw new Error(`not a sample of ${current}: ${line}`);
      const { samples } = families.get(current) as Read;
      if (samples.has(labels)) throw new Error(`twice: ${line}`);
      const number = { '+Inf': Infinity, '-Inf': -Infinity, NaN: Number.NaN }[value] ?? Number(value);
      if (value !== 'NaN' && Number.isNaN(number)) throw new Error(`no number: ${line}`);
      samples.set(labels, number);
    }
  }
  return families;
}

describe('the text format', () => {
  it('escapes what labels and meanings may hold', () => {
    const nasty = 'a "b" \\ c\nd\ud800 é 漢';
    const text = writeFamilies([
      gauge('one', 'two\nlines \\ and', by('product', [[nasty, 1.5]])),
      counter('nothing_total', 'not known', null),
      gauge('odd', 'numbers', [
        { labels: { n: 'a' }, value: Number.NaN },
        { labels: { n: 'b' }, value: Infinity },
      ]),
    ]);
    expect(text).toBe(
      '# HELP one two\\nlines \\\\ and\n# TYPE one gauge\none{product="a \\"b\\" \\\\ c\\nd\ufffd é 漢"} 1.5\n# HELP odd numbers\n# TYPE odd gauge\nodd{n="a"} NaN\nodd{n="b"} +Inf\n',
    );
    expect([...readExposition(text).keys()]).toEqual(['one', 'odd']);
  });
});

describe('the metrics of an engine', () => {
  let engine: AnsweringEngine;

  beforeAll(async () => {
    engine = await openAnsweringEngine({
      BACKHAUL_INVENTORY_SMOOTHING_WINDOW: '1',
      BACKHAUL_INVENTORY_PRODUCTS: '[]',
    });
  });
  afterAll(() => engine.close());

  const scrape = async () => readExposition((await ask(engine.port, '/metrics')).text);
  const start = Math.floor(Date.now() / 1000) - 3600;
  const shelf = (index: number, counts: Readonly<Record<string, number>>) => ({
    ...{ type: 'inventory', timestamp_utc: start + index * 5, frame_number: index, counts },
  });
  const state = (frame: number) => JSON.parse(stateLine(frame, 's1')) as Record<string, unknown>;

  it('keep to the practice of names, units and types, and leave nothing out', async () => {
    const reply = await ask(engine.port, '/metrics', {
      headers: { Accept: 'application/openmetrics-text, */*;q=0.1' },
    });
    expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const families = readExposition(reply.text);
    for (const [name, { type }] of families) {
      expect(name).toMatch(/^(backhaul|process)_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/milli|minute|hour|day|kilo|mega|_(count|sum|bucket|gauge|counter)$/);
    }
    const areas = new Set([...families.keys()].map((name) => name.split('_').slice(0, 2).join('_')));
    for (const area of ['capture', 'storage', 'sync', 'inventory', 'health', 'api'])
      expect(areas).toContain(`backhaul_${area}`);
    expect(families.get('process_resident_memory_bytes')?.samples.get('')).toBeGreaterThan(1e7);
    expect([...(families.get('backhaul_scrape_collector_success')?.samples.values() ?? [])]).toEqual(
      Array.from({ length: 8 }, () => 1),
    );
    const refused = await ask(engine.port, '/metrics', {
      headers: { Accept: 'application/json, text/plain;q=0' },
    });
    expect(refused.status).toBe(406);
  });

  it('count what comes in, and counters never go down', async () => {
    const nasty = 'Pie "à la" \\ mode';
    const before = await scrape();
    const levels = [10, 8, 7, 7, 7];
    const lines = [
      ...Array.from({ length: 30 }, (_, frame) => state(frame)),
      ...levels.map((count, index) => shelf(index, { Mango: count, [nasty]: 2 })),
      { type: 'inventory', counts: { Mango: -1 } },
    ];
    const replies = await sendToBridge(engine.bridge, lines);
    expect(replies.filter(({ type }) => type === 'ack').length).toBe(35);
    const after = await scrape();
    const rise = (name: string, labels = ''): number =>
      (after.get(name)?.samples.get(labels) ?? Number.NaN) - (before.get(name)?.samples.get(labels) ?? 0);
    expect(rise('backhaul_capture_lines_total')).toBe(36);
    expect(rise('backhaul_capture_records_total', '{kind="division"}')).toBe(30);
    expect(rise('backhaul_capture_refused_lines_total')).toBe(1);
    expect(rise('backhaul_inventory_readings_total')).toBe(5);
    expect(rise('backhaul_inventory_sales_total', '{product="Mango"}')).toBe(1);
    expect(rise('backhaul_inventory_sold_items_total', '{product="Mango"}')).toBe(3);
    expect(after.get('backhaul_inventory_items')?.samples).toEqual(
      new Map([
        ['{product="Mango"}', 7],
        ['{product="Pie \\"à la\\" \\\\ mode"}', 2],
      ]),
    );
    const pending = '{stream="division_states",state="pending"}';
    await expect
      .poll(async () => (await scrape()).get('backhaul_sync_stream_records')?.samples.get(pending))
      .toBe(30);
    for (const [name, { type, samples }] of before) {
      if (type !== 'counter') continue;
      for (const labels of samples.keys()) expect([name, rise(name, labels) >= 0]).toEqual([name, true]);
    }
    const again = await scrape();
    expect(again.get('backhaul_inventory_sales_total')?.samples.get('{product="Mango"}')).toBe(1);
  });

  it('show an alert until it is acknowledged, which takes the token', async () => {
    const open = (await ask(engine.port, '/api/alerts')).json<{ id: number; product_name: string }[]>();
    expect(open).toMatchObject([{ product_name: 'Pie "à la" \\ mode', acknowledged: false }]);
    expect((await scrape()).get('backhaul_inventory_unacknowledged_alerts')?.samples.get('')).toBe(1);
    const token = readFileSync(join(engine.dataDir, 'api-token'), 'utf8').trim();
    const path = `/api/alerts/${open[0]?.id}/acknowledge`;
    expect((await ask(engine.port, path, { method: 'POST' })).status).toBe(401);
    expect((await ask(engine.port, '/api/alerts')).json()).toMatchObject([{ acknowledged: false }]);
    const reply = await ask(engine.port, path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect([reply.status, reply.json()]).toMatchObject([200, { id: open[0]?.id, acknowledged: true }]);
    expect((await ask(engine.port, '/api/alerts')).json()).toMatchObject([{ acknowledged: true }]);
    expect((await scrape()).get('backhaul_inventory_unacknowledged_alerts')?.samples.get('')).toBe(0);
  });

  it('are all in docs/API.md, with type, labels and meaning, and nothing else is', async () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/API.md'), 'utf8');
    const row = /^\| `((?:backhaul|process)_\w+)` \| (\w+) \|(.*?)\| (.*) \|$/gm;
    const documented = new Map(
      [...text.matchAll(row)].map(([, name = '', type, labels = '', help]) => [
        name,
        { type, labels: labels.trim(), help: `${help}.` },
      ]),
    );
    // Some come only after a run, or once a cloud has answered.
    const sources = readdirSync(import.meta.dirname).filter((file) => !file.endsWith('.test.ts'));
    const written = sources.flatMap((file) =>
      [
        ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/\b(?:gauge|counter)\(\s*'(\w+)'/g),
      ].map(([, name]) => name),
    );
    expect([...documented.keys()].sort()).toEqual(written.sort());
    for (const [name, { type, help, samples }] of await scrape()) {
      const [first = ''] = samples.keys();
      const labels = [...first.matchAll(/(\w+)="/g)].map(([, label]) => label).join(', ');
      expect([name, { type, labels, help }]).toEqual([name, documented.get(name)]);
    }
  });
});
