import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL, { ssl: { ca: process.env.DATABASE_CA } });
const [row] = await sql`select current_user`;
console.log(row.current_user);
await sql.end();
