export const up = (pgm) => {
  pgm.createTable('node_pg_migrate_things', { id: 'id', name: { type: 'text', notNull: true } });
};
