create table flyway_things (id serial primary key, name text not null);
