import { DatabaseSync } from 'node:sqlite'

/** What the disk allows: rows committed one by one, each synced, in the settings of the embedded database. */
const [file, seconds] = process.argv.slice(2) as [string, string]
const database = new DatabaseSync(file)
database.exec(
  'pragma journal_mode = wal; pragma synchronous = full; create table rows (id integer primary key, text text)',
)
const insert = database.prepare('insert into rows (text) values (?)')
const text = 'x'.repeat(200)
const end = performance.now() + Number(seconds) * 1000
let commits = 0
while (performance.now() < end) {
  insert.run(text)
  commits++
}
database.close()
process.stdout.write(String(commits / Number(seconds)))
