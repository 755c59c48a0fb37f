import { readFileHeader } from '../storage/service.ts';
import { openBeside, openForLooking } from './open-for-looking.ts';

const mostProblems = 5;

/** Prints what SQLite finds wrong inside a database, as a JSON list of sentences: `damage-probe.ts FILE`. */
function problemsIn(path: string): readonly string[] {
  const header = readFileHeader(path);
  const first = check(() => openForLooking(path, header));
  // A writer that came in between looks like damage to who reads without locks.
  return first.length === 0 ? first : check(() => openBeside(path));
}

function check(open: () => ReturnType<typeof openBeside>): readonly string[] {
  const db = open();
  try {
    const rows = db.prepare(`PRAGMA quick_check(${mostProblems})`).all() as { quick_check: string }[];
    return rows.map((row) => row.quick_check).filter((words) => words !== 'ok');
  } finally {
    db.close();
  }
}

process.stdout.write(JSON.stringify(problemsIn(process.argv[2] ?? '')));
