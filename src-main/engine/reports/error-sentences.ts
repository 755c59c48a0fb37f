import type { ErrorGroup } from '../../contract/error-group.ts';
import type { ErrorEntry } from '../../contract/report-shapes.ts';
import { setUpCodes } from './run-causes.ts';

type Unit = ErrorEntry['unit'];

interface Sentences {
  /** what happened and what it means for the data */
  readonly happened: string;
  readonly nextStep: string;
}

const waits = 'Nothing is lost; the records wait on this box.';
const decide =
  'Look at them with "backhaul quarantine list". Correct one with "backhaul quarantine edit ID --set column=value" or give it up with "backhaul quarantine discard ID".';
const kept = 'Each line is kept whole in the table rejected_lines.';
const ofDetector = 'Correct the detector, then let it send these lines again.';
const printsSql = 'Run "backhaul cloud check": it says what differs and prints the SQL that mends it.';
const again = 'Then run "backhaul sync --mode full".';

const ofRuns: Readonly<Record<ErrorGroup, Sentences>> = {
  network: {
    happened: `The cloud could not be reached. ${waits}`,
    nextStep:
      'Nothing needs to be done while the network is away: the next run takes everything. If it lasts, check the cable or Wi-Fi and the address ("backhaul config print"), and run "backhaul doctor".',
  },
  timeout: {
    happened: `The cloud did not answer in time. ${waits}`,
    nextStep:
      'The next run tries again with smaller requests. If it lasts, check the connection, or raise sync.requestTimeoutMs in config.json.',
  },
  rate_limit: {
    happened: `The cloud asked to slow down. ${waits}`,
    nextStep:
      'The next run goes on where this one stopped. If it lasts, look at the limits of the Supabase project.',
  },
  sign_in: {
    happened: `The cloud did not accept this box. ${waits}`,
    nextStep:
      'Give the box a new device token: "backhaul cloud enroll" (or "backhaul cloud token" on a local cloud), then "backhaul cloud sign-in" on this box. "backhaul doctor" says what is wrong with the present one.',
  },
  permission: {
    happened: `The cloud did not let this box write. ${waits}`,
    nextStep: `Check that its device token is of this location and may write ("backhaul doctor"). ${printsSql}`,
  },
  schema: {
    happened: `A table of the cloud is not as Backhaul needs it. ${waits}`,
    nextStep: `${printsSql} ${again}`,
  },
  data: {
    happened: 'The cloud refused the content of records. They stay on this box unsent; all others went on.',
    nextStep: decide,
  },
  storage: {
    happened:
      'The local database could not be read or written. What was acknowledged before stays in the file; nothing new is acknowledged meanwhile.',
    nextStep: 'Make room on the disk and run "backhaul doctor": it says what is wrong with the file.',
  },
  conflict: {
    happened: `Records waited for others that were not in the cloud yet. ${waits}`,
    nextStep: 'Run "backhaul sync --mode full": the parents go first.',
  },
  internal: {
    happened: `A run ended for a reason that Backhaul does not know. ${waits}`,
    nextStep:
      'The next run takes everything again. If it comes back, look into logs/engine.log in the data directory and run "backhaul doctor".',
  },
};

const ofRecords: Readonly<Partial<Record<ErrorGroup, Sentences>>> = {
  data: {
    happened: 'Records were set aside. They stay on this box unsent; all others went on.',
    nextStep: decide,
  },
  conflict: {
    happened:
      'Records were set aside because an earlier one has the same key. That one goes to the cloud; these stay on this box.',
    nextStep: decide,
  },
};

const ofLines: Readonly<Partial<Record<ErrorGroup, Sentences>>> = {
  data: {
    happened: `Lines of the bridge were refused. ${kept} None of them became a record.`,
    nextStep: ofDetector,
  },
  conflict: {
    happened: `Lines of the bridge say something else about records that are stored already. What came first stays. ${kept}`,
    nextStep: 'Let the detector number its frames so that no key comes twice, or start a new session for it.',
  },
};

/** What is more exact than the group's own next step, by unit and code. */
const nextSteps: Readonly<Record<Unit, readonly (readonly [codes: RegExp, nextStep: string])[]>> = {
  runs: [
    [/^(42P01|PGRST205)$/, `A table is missing in the cloud. ${printsSql} ${again}`],
    [
      /^(42883|PGRST202)$/,
      `A function is missing in the cloud. Run "backhaul cloud migrate", or "backhaul cloud check" for the SQL. ${again}`,
    ],
    [/^42P10$/, `A key of the cloud lacks the location or is missing. ${printsSql} ${again}`],
    [/^(PGRST204|42703)$/, `A column is missing in the cloud. ${printsSql} ${again}`],
    [
      /^23505$/,
      `A unique key of the project's own forbids what Backhaul's key allows, most likely because it lacks the location. ${printsSql} ${again}`,
    ],
    [
      /^42501$/,
      `Either a GRANT or a policy is missing, or the device token is of another location or may only read. ${printsSql} If nothing differs there, give the box a token of its own location that may write ("backhaul cloud token" or "backhaul cloud enroll").`,
    ],
    [
      /^(23514|23502|22.{3})$/,
      `The cloud refuses every record for one rule, so the rule does not fit. ${printsSql} ${again}`,
    ],
    [
      /^misconfigured$/,
      'Do what the message says; "backhaul config print" shows what is set and where it comes from, "backhaul cloud switch" moves this box to another cloud.',
    ],
    [/^invalid_input$/, 'Run "backhaul config check": it names what is wrong in the configuration.'],
    [
      /^interrupted$/,
      'Nothing needs to be done: what was sent is marked, the rest goes with the next run. If it comes back, something ends the process: see logs/engine.log in the data directory.',
    ],
    [
      /^older_script$/,
      'Stop the older sync script: two programs that mark the same file know nothing of each other. Backhaul sends what it left.',
    ],
    [/^held_back$/, 'Run "backhaul sync --mode full" without --stream: the parents go first.'],
  ],
  records: [
    [
      /^(23514|23502|22.{3}|21000|PGRST102)$/,
      `${decide} If a rule of the cloud was wrong and is mended now: "backhaul quarantine retry --all".`,
    ],
    [
      /^wrong_location$/,
      'They belong to another store. If this box is that store, set location.id in config.json and run "backhaul quarantine retry --all --code wrong_location"; else give them up: "backhaul quarantine discard --all --code wrong_location".',
    ],
    [
      /^conflict$/,
      'Compare both with "backhaul find". Give the later one up with "backhaul quarantine discard ID"; to let it win, change the first one, never its key.',
    ],
    [
      /^copy_of_quarantined$/,
      'Decide about the record it is a copy of: its copies follow ("backhaul quarantine list").',
    ],
    [
      /^impossible_time$/,
      'Give each a time that exists: "backhaul quarantine edit ID --set timestamp_recorded=YYYY-MM-DDTHH:MM:SS". Then correct the clock or the program that writes it.',
    ],
    [
      /^invalid_shape$/,
      'A value is not of its kind (the message names the column). Correct it with "backhaul quarantine edit ID --set column=value"; a key cannot be corrected, only given up: "backhaul quarantine discard ID".',
    ],
  ],
  lines: [
    [
      /^wrong_location$/,
      'The detector speaks for another store. Set its location_id to the one of this box ("backhaul status" shows it), then let it send these lines again.',
    ],
    [
      /^no_zones$/,
      'Put the camera\'s zones into zones/<camera_id>.json in the data directory, or let the detector send them with "session"; "backhaul doctor" checks the files. Then send these detections again.',
    ],
    [
      /^no_session$/,
      'The detector sends detections before it names their session and camera: let it send a "session" line first, then these lines again.',
    ],
    [
      /^impossible_time$/,
      'Correct the clock of the detector or how it writes times (YYYY-MM-DD HH:MM:SS with an offset), then let it send these lines again.',
    ],
    [
      /^(invalid_json|too_deep)$/,
      'The detector writes lines that are no JSON: one object a line, no log output in between (that belongs on standard error). Correct it, then send these lines again.',
    ],
    [
      /^(invalid_utf8|nul_character|unpaired_surrogate)$/,
      'The detector writes text that is no clean UTF-8. Correct its encoding, then send these lines again.',
    ],
    [/^too_long$/, 'A line has at most 1 MB. Let the detector send less at once.'],
    [
      /^(unknown_type|unsupported)$/,
      'The detector sends a kind of message that this version does not take. Correct its type, or update Backhaul.',
    ],
  ],
};

/** The plain sentence of a cause, in English. */
export function sentenceOf(group: ErrorGroup, code: string, unit: Unit): string {
  const ownFault = group === 'sign_in' && setUpCodes.includes(code);
  return ownFault ? `This box is not set up for its cloud. ${waits}` : sentencesOf(group, unit).happened;
}

/** What to do about it, in English. */
export function nextStepOf(group: ErrorGroup, code: string, unit: Unit): string {
  const exact = nextSteps[unit].find(([codes]) => codes.test(code));
  return exact?.[1] ?? sentencesOf(group, unit).nextStep;
}

function sentencesOf(group: ErrorGroup, unit: Unit): Sentences {
  const special = { runs: {}, records: ofRecords, lines: ofLines }[unit] as Partial<
    Record<ErrorGroup, Sentences>
  >;
  return special[group] ?? ofRuns[group];
}
