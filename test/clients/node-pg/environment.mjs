import pg from 'pg';

// PGHOST, PGPORT, PGDATABASE, PGUSER and PGPASSWORD are read by itself. An sslmode in a connection string would discard ssl.ca.
const pool = new pg.Pool({ ssl: { ca: process.env.DATABASE_CA } });
const { rows } = await pool.query('select current_user');
console.log(rows[0].current_user);
await pool.end();
