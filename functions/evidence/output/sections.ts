import { inWords, listed } from '../../words/listed.ts';
import { quoted } from '../../words/thing.ts';
import { limitsOf } from '../evidence.ts';
import type { Commit, History } from '../history.ts';
import type { OwnedGuardRail } from '../register/owned.ts';
import type { Evidence } from '../subject.ts';

/** A line of a section: what it is about, what there is to say, and details below. Names are in backticks. */
export interface Row {
  head: string;
  words: string;
  details: string[];
}

/** A part of the evidence, before it is text or Markdown. */
export interface Section {
  title: string;
  /** How much the words of this section weigh. */
  note: string | undefined;
  rows: Row[];
}

const row = (head: string, words: string, details: string[] = []): Row => ({ head, words, details });

const mergeLine = ({ id, author, committed }: NonNullable<Commit['merge']>): string =>
  `came here by merge ${id.slice(0, 7)} of ${quoted(author)}, ${committed}`;

/** A signature, and whose key it was. */
const signatureWords = ({ signature, signer }: Omit<Commit, 'merge'>): string =>
  signer === undefined
    ? signature
    : `${signature}: the key of ${quoted(signer.name)}${signer.key === '' ? '' : ` (${quoted(signer.key)})`}${signer.isCommitter ? '' : ', who is not who committed it'}`;

const commitRow = (head: string, commit: Commit): Row => {
  const { id, author, authored, committer, committed, subject, trailers, merge } = commit;
  return row(head, `${authored} by ${quoted(author)}: ${quoted(subject)} (${id.slice(0, 7)})`, [
    `${signatureWords(commit)}; committed ${committed} by ${quoted(committer)}`,
    ...(merge === undefined
      ? []
      : [mergeLine(merge), ...merge.trailers.map((trailer) => `the merge says ${quoted(trailer)}`)]),
    ...trailers.map((trailer) => `the message says ${quoted(trailer)}`),
  ]);
};

const historyRows = ({ commits, more, withLast, notes }: History): Row[] => [
  ...commits.map((commit) => commitRow('changed', commit)),
  ...(withLast !== undefined
    ? [row('changed', `and ${withLast.commits} more by that merge, of ${listed(withLast.authors.map(quoted), 5)}`)]
    : []),
  ...(more > 0 ? [row('changed', `and ${more} times before`)] : []),
  ...notes.map((note) => row('note', note)),
];

/** A component by its name; by its zone too where the Service has several. */
const placeIn = ({ places }: Evidence, { zone, component }: { zone: string; component: string }): string =>
  new Set(places.map((place) => place.zone)).size > 1 ? `${zone}.${component}` : component;

const asked = (evidence: Evidence): Section => ({
  title: 'Who asked for it',
  note: undefined,
  rows: [
    row('squad', `\`${evidence.squad}\`, the people of group ${quoted(evidence.group)}`),
    row('document', quoted(`${evidence.file}:${evidence.line}`)),
    ...historyRows(evidence.history),
    ...evidence.deciders.flatMap(({ kind, name, history }) => {
      const [commit] = history.commits;
      const head = kind.toLowerCase();
      return commit === undefined
        ? [row(head, `\`${name}\`, in ${quoted(history.file)}: ${history.notes.join('; ')}`)]
        : [
            row(
              head,
              `\`${name}\`, in ${quoted(history.file)}: last changed ${commit.authored} by ${quoted(commit.author)} (${commit.id.slice(0, 7)})`,
              [
                ...(commit.signer === undefined ? [] : [signatureWords(commit)]),
                ...(commit.merge === undefined ? [] : [mergeLine(commit.merge)]),
                ...history.notes,
              ],
            ),
          ];
    }),
  ],
});

const lies = (evidence: Evidence): Section => ({
  title: 'What data, and where it lies',
  note: undefined,
  rows: [
    row(
      'class',
      `${quoted(evidence.dataClass)}${evidence.needs.length === 0 ? '' : `, which needs ${inWords(evidence.needs)}`}`,
    ),
    ...evidence.places.map((place) =>
      row(
        placeIn(evidence, place),
        `${inWords(place.holds.length > 0 ? place.holds : [place.provider])}, in zone \`${place.zone}\`: ${place.environment}, region ${quoted(place.region)}`,
      ),
    ),
  ],
});

const reached = (evidence: Evidence): Section => ({
  title: 'Who gets to it',
  note: 'What Squadkit hands out, and to whom.',
  rows: [
    ...evidence.access.map((access) => row(placeIn(evidence, access), access.words)),
    row(
      'hub',
      `people of group ${quoted(evidence.group)} read the Services of \`${evidence.squad}\` and what is said of them, and no Secret`,
    ),
  ],
});

const declared = (evidence: Evidence): Section => ({
  title: 'Declared by the platform, and verified by nobody',
  note: undefined,
  rows: evidence.declared.map((component) =>
    row(placeIn(evidence, component), component.facts.map(({ label, value }) => `${label} ${value}`).join(', ')),
  ),
});

const backedUp = (evidence: Evidence): Section => ({
  title: 'Backed up by Squadkit',
  note: `What came of it is on the hub: condition BackedUp of the Service, and \`backup\` in its status. ${evidence.live === undefined ? 'With `--live` it is told here.' : 'It is told below.'}`,
  rows: evidence.backups.map((backup) => row(placeIn(evidence, backup), backup.words)),
});

const filesOf = (tests: OwnedGuardRail['tests']): string[] => [...new Set(tests.map(({ file }) => file))];

const guardRailRow = (guardRail: OwnedGuardRail, { live }: Evidence): Row => {
  const { id, means, enforced, tests, controls, unseen } = guardRail;
  const verdict = live?.verdicts[id];
  const by = [...new Set(enforced.map((place) => place.by))];

  return row(id, means, [
    ...(verdict === undefined ? [] : [`${verdict.verdict}: ${verdict.because.join('; ')}`]),
    `enforced by ${inWords(by)}: ${enforced.map(({ file, name }) => `\`${name}\` in \`${file}\``).join(', ')}`,
    ...filesOf(tests).map(
      (file) =>
        `tried in \`${file}\`: ${tests.flatMap((found) => (found.file === file ? [`"${found.title}"`] : [])).join(', ')}`,
    ),
    `answers ${controls.join(', ')}`,
    ...(unseen === undefined ? [] : [`${verdict === undefined ? 'leaves open' : 'not looked at:'} ${unseen}`]),
  ]);
};

const enforced = (evidence: Evidence): Section => ({
  title: 'Enforced',
  note:
    evidence.live === undefined
      ? 'Squadkit, the clusters and the servers refuse what would break it. The tests are those of this version of Squadkit, on servers of their own; nobody has looked at yours.'
      : `Verified where it says "holds": the hub ${quoted(evidence.live.server)} was looked at ${evidence.live.time}.`,
  rows: evidence.guardRails.map((guardRail) => guardRailRow(guardRail, evidence)),
});

const seen = ({ live, service }: Evidence): Section[] => {
  if (live === undefined) return [];
  const { server, context, time, service: found, problems } = live;

  return [
    {
      title: 'Seen on the hub',
      note: undefined,
      rows: [
        row('hub', `${quoted(server)}, context ${quoted(context)}, at ${time}`),
        ...(found === undefined
          ? []
          : found.conditions.map(({ type, status, reason, message }) =>
              row(
                type,
                `${status}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: ${quoted(message)}`}`,
              ),
            )),
        ...problems.map((problem) => row(quoted(service), problem)),
      ],
    },
  ];
};

/** The guard rail by which nobody but Crossplane writes a status. */
const statusGuard = 'only-crossplane-links';

const backupsSeen = (evidence: Evidence): Section[] => {
  const { live } = evidence;
  if (live === undefined) return [];
  const verdict = live.verdicts[statusGuard]?.verdict ?? 'cannot be seen from here';

  return [
    {
      title: 'Known of its backups',
      note: `As the status of the Service says it, which nobody but Crossplane may write: guard rail \`${statusGuard}\` ${verdict}.`,
      rows: live.backups.map((said) => row(placeIn(evidence, said), `${said.of}: ${said.words}`, said.details)),
    },
  ];
};

const refusal = ({ refused }: Evidence): Section[] =>
  refused === undefined
    ? []
    : [
        {
          title: 'Refused',
          note: 'Nothing of this document is applied. What existed before goes on as it was.',
          rows: [row(refused.reason, quoted(refused.message))],
        },
      ];

/** What is wrong comes first. */
const broken = ({ live, guardRails }: Evidence): Section => ({
  title: 'Does not hold',
  note: undefined,
  rows: guardRails.flatMap(({ id }) => {
    const verdict = live?.verdicts[id];
    return verdict?.verdict === 'does not hold' ? [row(id, verdict.because.join('; '))] : [];
  }),
});

/** Everything there is to say, in the order in which an auditor asks. */
export const sectionsOf = (evidence: Evidence): Section[] =>
  [
    ...refusal(evidence),
    broken(evidence),
    asked(evidence),
    lies(evidence),
    reached(evidence),
    backedUp(evidence),
    declared(evidence),
    ...seen(evidence),
    ...backupsSeen(evidence),
    enforced(evidence),
    {
      title: 'What this cannot say',
      note: undefined,
      rows: limitsOf(evidence).map((limit) => row('', limit)),
    },
  ].filter(({ rows }) => rows.length > 0);

/** The verdict on the whole, in a sentence. */
export const summaryOf = ({ refused, live, guardRails }: Evidence): string => {
  if (refused !== undefined) return 'It is refused: nothing of it is applied.';
  if (live === undefined) {
    return `${guardRails.length} guard rails are enforced for it. Nobody has looked at a hub.`;
  }
  const count = (verdict: string) => Object.values(live.verdicts).filter((found) => found.verdict === verdict).length;

  return `Of ${guardRails.length} guard rails ${count('holds')} hold, ${count('does not hold')} do not hold, and ${count('cannot be seen from here')} cannot be seen from here.`;
};
