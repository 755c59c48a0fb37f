import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { type WeatherName, weatherNames } from './weather.ts';

/** Which requests count for a death: those that carry states, or all that the cloud answered well. */
export type Requests = 'states' | 'all';

/** When the process under test dies. */
export type Death =
  /** SIGKILL so long after its start */
  | { readonly at: 'time'; readonly afterMs: number }
  /** SIGKILL so long after it was launched, most likely before it is up */
  | { readonly at: 'start'; readonly afterMs: number }
  /** SIGKILL when the producer hears that acknowledgement */
  | { readonly at: 'ack'; readonly acks: number }
  /** SIGKILL when so many writes to the log of the database have been seen: inside a commit */
  | { readonly at: 'commit'; readonly writes: number }
  /** SIGKILL when the cloud has committed that request, and the answer is not passed on */
  | { readonly at: 'answer withheld'; readonly requests: number; readonly of: Requests }
  /** SIGKILL so long after the answer to that request was passed on: between send and mark, or just after */
  | { readonly at: 'answer'; readonly requests: number; readonly of: Requests; readonly afterMs: number }
  /** SIGTERM: a clean stop */
  | { readonly at: 'stop'; readonly afterMs: number };

/** What somebody or something does while the process lives. */
export type Deed =
  | 'sync'
  | 'hourly sync'
  | 'cancel'
  | 'verify'
  | 'clean up'
  | 'status'
  | 'cut producer'
  | 'other writer'
  | 'kill gateway'
  | 'kill database'
  | 'fill disk'
  | 'make read-only'
  | 'freeze'
  | 'move clock';

export interface Act {
  readonly atMs: number;
  readonly deed: Deed;
  /** what the deed needs: how long, how many, or by how many hours */
  readonly amount: number;
}

/** A stretch of time in which requests fare badly. */
export interface Weather {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly name: WeatherName;
  /** of each request, 0 to 1 */
  readonly chance: number;
}

/** One process from its start to its death. */
export interface Life {
  readonly kind: 'engine' | 'ingest' | 'sync command';
  readonly death: Death;
  readonly acts: readonly Act[];
  readonly weather: readonly Weather[];
  /** pages of the state tables and their indexes that are noise afterwards */
  readonly damagedPages: number;
  /** hours that the clock is wrong at the start */
  readonly clockHours: number;
}

/** Everything that one run of the harness will do; the same for the same seed. */
export interface Plan {
  readonly seed: number;
  readonly states: number;
  readonly sessions: number;
  readonly batchSize: number;
  readonly lanes: number;
  /** lines the producer writes at once, and the pause after them */
  readonly chunk: number;
  readonly pauseMs: number;
  /** lines before its last acknowledgement that a returning producer says again */
  readonly overlap: number;
  /** what every request waits for on its way, and up to so much more: then requests overtake each other */
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** the data directory lies on a small disk of its own */
  readonly smallDisk: boolean;
  readonly lives: readonly Life[];
}

const longestLifeMs = 600;

/** Chooses what befalls a store. */
export function makePlan(seed: number): Plan {
  const random = seededRandom(seed);
  const smallDisk = random.chance(0.12);
  return {
    seed,
    states: random.whole(120, 600),
    sessions: random.whole(1, 7),
    batchSize: random.pick([10, 25, 60, 250, 1000]),
    lanes: random.pick([1, 2, 12]),
    chunk: random.pick([1, 5, 20, 80, 400]),
    pauseMs: random.pick([0, 1, 4, 10]),
    overlap: random.pick([0, 0, 1, 15, 120]),
    latencyMs: random.pick([0, 0, 0, 5, 40]),
    jitterMs: random.pick([0, 0, 10, 60]),
    smallDisk,
    lives: damagedOnce(Array.from({ length: random.whole(1, 3) }, () => makeLife(random, smallDisk))),
  };
}

/** After a salvage the ids of rows begin elsewhere, and the checker would look for them in the wrong place. */
function damagedOnce(lives: readonly Life[]): Life[] {
  const first = lives.findIndex(({ damagedPages }) => damagedPages > 0);
  return lives.map((life, index) => (index === first ? life : { ...life, damagedPages: 0 }));
}

function makeLife(random: SeededRandom, smallDisk: boolean): Life {
  const kind = random.pick(['engine', 'engine', 'engine', 'engine', 'ingest', 'sync command'] as const);
  const weather = random.chance(0.75) ? Array.from({ length: random.whole(1, 2) }, () => storm(random)) : [];
  return {
    kind,
    death: makeDeath(random, kind),
    weather,
    acts: kind === 'engine' ? makeActs(random, smallDisk) : [],
    damagedPages: random.chance(0.08) ? random.whole(1, 3) : 0,
    clockHours: random.chance(0.15) ? random.pick([-24, -1, 1, 13, 24]) : 0,
  };
}

function makeDeath(random: SeededRandom, kind: Life['kind']): Death {
  const time = (): Death => ({ at: 'time', afterMs: random.whole(0, longestLifeMs) });
  const commit = (): Death => ({ at: 'commit', writes: random.whole(1, 30) });
  const ack = (): Death => ({ at: 'ack', acks: random.whole(1, 250) });
  const start = (): Death => ({ at: 'start', afterMs: random.whole(40, 500) });
  const requests = () => ({ of: random.pick(['states', 'all'] as const), requests: random.whole(1, 12) });
  const withheld = (): Death => ({ at: 'answer withheld', ...requests() });
  const answer = (): Death => ({ at: 'answer', ...requests(), afterMs: random.pick([0, 0, 1, 3, 10]) });
  const stop = (): Death => ({ at: 'stop', afterMs: random.whole(0, longestLifeMs) });
  if (random.chance(0.08)) return start();
  if (kind === 'ingest') return random.pick([time, commit, ack])();
  if (kind === 'sync command') return random.pick([time, withheld, answer])();
  return random.pick([time, commit, commit, ack, withheld, withheld, answer, answer, stop])();
}

function makeActs(random: SeededRandom, smallDisk: boolean): Act[] {
  const acts: Act[] = [{ atMs: random.whole(0, 250), deed: 'sync', amount: 0 }];
  const deeds = [
    ...['sync', 'sync', 'hourly sync', 'cancel', 'verify', 'clean up', 'clean up', 'status'],
    ...['cut producer', 'cut producer', 'other writer', 'other writer', 'move clock', 'freeze'],
    ...(random.chance(0.15) ? ['kill gateway', 'kill database'] : []),
    ...(random.chance(0.2) ? ['make read-only', 'make read-only'] : []),
  ] as unknown as readonly [Deed, ...Deed[]];
  const many = random.whole(0, 5);
  for (let index = 0; index < many; index += 1) {
    const deed = random.pick(deeds);
    acts.push({ atMs: random.whole(0, longestLifeMs), deed, amount: amountFor(random, deed) });
  }
  if (smallDisk) acts.push({ atMs: random.whole(0, 300), deed: 'fill disk', amount: random.whole(100, 500) });
  return acts.sort((one, other) => one.atMs - other.atMs);
}

function amountFor(random: SeededRandom, deed: Deed): number {
  if (deed === 'move clock') return random.pick([-24, -2, 2, 24]);
  if (deed === 'freeze') return random.whole(1, 600);
  return deed === 'make read-only' ? random.whole(50, 500) : random.whole(1, 12);
}

function storm(random: SeededRandom): Weather {
  const fromMs = random.whole(0, 400);
  return {
    fromMs,
    untilMs: fromMs + random.whole(30, 500),
    name: random.pick(weatherNames),
    chance: random.pick([0.2, 0.5, 1]),
  };
}
