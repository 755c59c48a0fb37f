import { z } from 'zod';

/** x and y in pixels. */
export type Point = readonly [number, number];

/** What a person's box must be to count, and how long a state must hold (SPEC 4.3). */
export interface Thresholds {
  readonly personConfidence: number;
  readonly roleConfidence: number;
  /** least width and height in video pixels */
  readonly minBox: readonly [number, number];
  readonly debounceMs: number;
}

export interface Area {
  readonly id: string;
  readonly polygon: readonly Point[];
}

export interface SittingArea extends Area {
  readonly tableId: string | null;
}

/** The zones of one camera, in the pixels of its video. */
export interface Zones {
  readonly cameraId: string | null;
  readonly locationId: string | null;
  readonly division: readonly Point[];
  /** in file order, which decides where tables overlap */
  readonly tables: readonly Area[];
  readonly sittingAreas: readonly SittingArea[];
  readonly serviceAreas: readonly Area[];
  readonly thresholds: Thresholds;
}

export type ZonesResult =
  | { readonly ok: true; readonly zones: Zones }
  | { readonly ok: false; readonly reason: string };

const defaultThresholds = {
  person_confidence: 0.3,
  role_confidence: 0.5,
  min_box: [40, 40] as [number, number],
  debounce_s: 1,
};

const id = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
const polygon = z.array(z.tuple([z.number(), z.number()])).min(3, 'a polygon needs at least 3 points');
const size = z.tuple([z.number().positive(), z.number().positive()]);
const share = z.number().min(0).max(1);

const zonesFile = z.object({
  camera_id: id.nullish(),
  location_id: id.nullish(),
  frame_size: size,
  video_size: size.nullish(),
  division: polygon,
  tables: z
    .array(z.object({ id, polygon, sitting_area_ids: z.array(id).nullish() }))
    .min(1, 'at least one table is needed'),
  sitting_areas: z.array(z.object({ id, polygon, table_id: id.nullish() })).nullish(),
  service_areas: z.array(z.object({ id, polygon })).nullish(),
  thresholds: z
    .object({
      person_confidence: share.default(defaultThresholds.person_confidence),
      role_confidence: share.default(defaultThresholds.role_confidence),
      min_box: z.tuple([z.number().min(0), z.number().min(0)]).default(defaultThresholds.min_box),
      debounce_s: z.number().min(0).max(86_400).default(defaultThresholds.debounce_s),
    })
    .nullish(),
});

type ZonesFile = z.infer<typeof zonesFile>;

/**
 * Checks the content of a zones file and scales it to the video (SPEC 4.3). A fault names where it is and
 * what is wrong, `tables[0].polygon: a polygon needs at least 3 points`.
 */
export function parseZones(content: unknown): ZonesResult {
  const parsed = zonesFile.safeParse(content);
  if (!parsed.success) return { ok: false, reason: parsed.error.issues.map(issueText).join('; ') };
  for (const kind of ['tables', 'sitting_areas', 'service_areas'] as const) {
    const twice = repeatedId(parsed.data[kind] ?? []);
    if (twice !== null)
      return { ok: false, reason: `${kind}: the id ${JSON.stringify(twice)} is used twice` };
  }
  return { ok: true, zones: compile(parsed.data) };
}

/** As parseZones, from the text of a file. */
export function parseZonesText(text: string): ZonesResult {
  try {
    return parseZones(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return { ok: false, reason: 'the file is not JSON' };
  }
}

function compile(file: ZonesFile): Zones {
  const scaled = scaling(file);
  const area = (one: { readonly id: string; readonly polygon: readonly Point[] }): Area => ({
    id: one.id,
    polygon: scaled(one.polygon),
  });
  const thresholds = file.thresholds ?? defaultThresholds;
  return {
    cameraId: file.camera_id ?? null,
    locationId: file.location_id ?? null,
    division: scaled(file.division),
    tables: file.tables.map(area),
    sittingAreas: (file.sitting_areas ?? []).map((one) => ({ ...area(one), tableId: one.table_id ?? null })),
    serviceAreas: (file.service_areas ?? []).map(area),
    thresholds: {
      personConfidence: thresholds.person_confidence,
      roleConfidence: thresholds.role_confidence,
      minBox: thresholds.min_box,
      debounceMs: Math.round(thresholds.debounce_s * 1_000),
    },
  };
}

function scaling(file: ZonesFile): (polygon: readonly Point[]) => readonly Point[] {
  const video = file.video_size;
  if (video == null) return (polygon) => polygon;
  const [frameWidth, frameHeight] = file.frame_size;
  return (polygon) =>
    polygon.map(([x, y]) => [
      Math.trunc((x * video[0]) / frameWidth),
      Math.trunc((y * video[1]) / frameHeight),
    ]);
}

function repeatedId(areas: readonly { readonly id: string }[]): string | null {
  const seen = new Set<string>();
  for (const area of areas) {
    if (seen.has(area.id)) return area.id;
    seen.add(area.id);
  }
  return null;
}

function issueText(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>(
    (text, part) =>
      text + (typeof part === 'number' ? `[${part}]` : `${text === '' ? '' : '.'}${String(part)}`),
    '',
  );
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const words = issue.message.replace(/^Invalid input: expected (.*), received (.*)$/, 'must be $1, got $2');
  const message = missing ? 'is missing' : words;
  return `${path === '' ? 'zones' : path}: ${message}`;
}
