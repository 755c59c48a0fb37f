import type { FoundRecord, FoundRecords, RecordSelection } from '../../contract/find-shapes.ts';
import type { CloudAccess } from '../cloud/service.ts';
import type { Storage } from '../storage/service.ts';
import { askCloud, type CloudAnswer } from './ask-cloud.ts';
import { type GoneRecord, sortCloudFinds } from './gone-records.ts';
import { type LocalRecord, newestFirst, readLocal } from './local-records.ts';
import { capturedAt, readRunsSince } from './runs-since.ts';
import { arrivedAt, type Telling, tellGone, tellHeld } from './tell-record.ts';
import { readSelection } from './wanted-records.ts';

/** Finds records of the state tables, here and in the cloud. Reads only. */
export interface Find {
  /**
   * Records with their whole way, newest first (SPEC 7). Starts no cloud; without its answer every `cloud` is `unknown`,
   * `cloudUnknown` says why, and what was deleted here is not found.
   * @throws BackhaulError `invalid_input` without a filter or for an impossible time
   */
  records(selection: RecordSelection, signal: AbortSignal): Promise<FoundRecords>;
}

export interface FindOptions {
  readonly storage: Storage;
  readonly cloud: CloudAccess;
  readonly now: () => Date;
}

const notAsked: CloudAnswer = { known: false, reason: 'The cloud was not asked.' };

export function createFind({ storage, cloud, now }: FindOptions): Find {
  return {
    async records(selection, signal) {
      const locationId = storage.location.id();
      const timeZone = storage.location.timeZone();
      const wanted = readSelection(selection, locationId ?? '', timeZone);
      if (locationId === null)
        return { records: [], more: false, cloudUnknown: 'Nothing was captured on this box yet.' };
      const byTable: LocalRecord[] = [];
      for (const table of wanted.tables) byTable.push(...(await readLocal(storage, table, wanted)));
      const local = byTable.sort(newestFirst).slice(0, wanted.limit + 1);
      const answer = selection.cloud ? await askCloud({ storage, cloud, wanted, local, signal }) : notAsked;
      const { held, gone } = await sortCloudFinds(storage, wanted, local, answer);
      const found = [...local, ...held, ...gone].sort(newestFirst);
      const shown = found.slice(0, wanted.limit);
      const telling: Telling = {
        answer,
        runs: await readRunsSince(storage, earliest(shown)),
        place: cloud.kind === 'local' ? 'the local cloud on this box' : 'the cloud',
        timeZone,
        now: now(),
      };
      return {
        records: shown.map((one) => tell(one, telling)),
        more: found.length > shown.length,
        cloudUnknown: answer.known ? null : answer.reason,
      };
    },
  };
}

function tell(record: LocalRecord | GoneRecord, telling: Telling): FoundRecord {
  return 'payload' in record ? tellHeld(record, telling) : tellGone(record, telling);
}

/** The first instant from which runs matter. */
function earliest(records: readonly (LocalRecord | GoneRecord)[]): Date | null {
  const times = records.flatMap(
    (one) => ('payload' in one ? capturedAt(one.row.created_at) : arrivedAt(one.row))?.getTime() ?? [],
  );
  return times.length === 0 ? null : new Date(times.reduce((least, time) => Math.min(least, time)));
}
