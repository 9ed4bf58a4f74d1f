import { readFileSync } from 'node:fs';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: readFileSync('/bindings/spike/uri', 'utf8') });
const { rows } = await pool.query('select current_user');
console.log(rows[0].current_user);
await pool.end();
