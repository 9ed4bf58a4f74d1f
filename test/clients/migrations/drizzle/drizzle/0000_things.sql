CREATE TABLE "drizzle_things" ("id" serial PRIMARY KEY, "name" text NOT NULL);
