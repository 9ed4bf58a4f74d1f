import { readFileSync } from 'node:fs';
import postgres from 'postgres';

// uri itself would not do: postgres.js sends sslrootcert to the server.
const sql = postgres(readFileSync('/bindings/spike/uri-without-ca', 'utf8'), {
  ssl: { ca: readFileSync('/bindings/spike/ca.crt', 'utf8') },
});
const [row] = await sql`select current_user`;
console.log(row.current_user);
await sql.end();
