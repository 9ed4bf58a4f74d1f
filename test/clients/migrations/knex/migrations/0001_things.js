export const up = (knex) =>
  knex.schema.createTable('knex_things', (table) => {
    table.increments();
    table.text('name').notNullable();
  });

export const down = (knex) => knex.schema.dropTable('knex_things');
