import { type Deed, deeds } from './deeds.ts';

/** Every login of a Service with readers. */
export const logins = ['app', 'migrator', 'readonly'] as const;

/** One of them. */
export type Login = (typeof logins)[number];

/** As whom somebody acts: with which login, and as which role of it. */
export interface Who {
  name: string;
  login: Login;
  role?: 'writer' | 'reader' | 'none';
}

const whos: Who[] = [
  { name: 'app', login: 'app' },
  { name: 'app as writer', login: 'app', role: 'writer' },
  { name: 'migrator as owner', login: 'migrator' },
  { name: 'migrator as itself', login: 'migrator', role: 'none' },
  { name: 'readonly', login: 'readonly' },
  { name: 'readonly as reader', login: 'readonly', role: 'reader' },
];

/** What somebody did, as whom, whether in a transaction that is still open, and when. */
export interface Case {
  name: string;
  deed: Deed;
  who: Who;
  open: boolean;
  when: 'before' | 'while' | 'after';
}

/** Every case, in an order in which each part of it has some of every axis. */
export const cases: Case[] = deeds.flatMap((deed) =>
  whos.flatMap((who) =>
    [false, true].flatMap((open) =>
      (['before', 'while', 'after'] as const).map((when) => ({
        name: `${who.name}, ${deed.name}, ${open ? 'open' : 'committed'}, ${when} the removal`,
        deed,
        who,
        open,
        when,
      })),
    ),
  ),
);
