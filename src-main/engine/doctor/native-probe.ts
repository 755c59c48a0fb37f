import Database from 'better-sqlite3';

/** Ends well where the SQLite addon loads and works. */
const db = new Database(':memory:');
db.prepare('SELECT 1').get();
db.close();
