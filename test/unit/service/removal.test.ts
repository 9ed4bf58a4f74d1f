import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../../support/examples.ts';

/** A Service with everything that there is in a zone outside production. */
const service = (onRemoval: string): KubernetesObject => ({
  ...example('Service', 'catalog'),
  spec: {
    zones: [
      {
        name: 'meadow',
        components: [
          { name: 'spike', provider: 'postgres', postgres: { extensions: ['pg_trgm'], readers: true, onRemoval } },
          { name: 'aqua', provider: 'kubernetes' },
        ],
      },
    ],
  },
});

/** The resources that delete what they stand for when they go, and those that leave it, by local name. */
const removal = (onRemoval: string) => {
  const { desired } = simulate(service(onRemoval), exampleRegistry()).response;
  const managed = Object.entries(desired?.resources ?? {}).flatMap(([name, { resource }]) => {
    const policies = (resource as unknown as KubernetesObject).spec?.managementPolicies as string[] | undefined;
    return policies === undefined ? [] : [{ name: name.replace(/^meadow\./, ''), policies }];
  });
  const deletes = ({ policies }: { policies: string[] }) => policies.includes('*') || policies.includes('Delete');

  return {
    goes: managed.filter(deletes).map(({ name }) => name),
    stays: managed.filter((one) => !deletes(one)).map(({ name }) => name),
  };
};

const access = [
  ...['aqua.deployer', 'aqua.deployer-rights', 'aqua.members-edit', 'aqua.deployer-token'],
  ...['aqua.secret.spike', 'aqua.secret.spike.migrator', 'aqua.secret.spike.readonly'],
  ...['spike.app-in-writer', 'spike.migrator-in-owner', 'spike.readonly-in-reader'],
];
/** What sessions lose that are open when the Service goes. */
const usage = ['spike.owner-usage', 'spike.writer-usage', 'spike.reader-usage'];
const logins = ['spike.app', 'spike.migrator', 'spike.readonly'];
const data = ['spike.database', 'spike.owner', 'spike.writer', 'spike.reader'];
const locks = ['aqua.namespace', 'aqua.quota', 'aqua.limits', 'aqua.network'];

test('a Service that goes takes all access with it, and leaves its data and what locks it', () => {
  const { goes, stays } = removal('Retain');

  expect(goes.sort()).toEqual([...access, ...usage].sort());
  expect(stays).toEqual(expect.arrayContaining([...data, ...logins, ...locks, 'spike.schema', 'spike.writer-tables']));
});

test('a database that is to be deleted goes with the roles that only it needs, and nothing else', () => {
  const { goes, stays } = removal('Delete');

  expect(goes.sort()).toEqual([...access, ...data, ...logins].sort());
  expect(stays).toEqual(expect.arrayContaining([...locks, ...usage]));
});
