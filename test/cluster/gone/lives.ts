import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { namesOf } from '../../../functions/providers/postgres/names.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import type { PostgresServer } from '../../control-plane/control-plane.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import type { Case } from './cases.ts';
import { Life } from './life.ts';

/** So many at a time: each has a database of its own. */
const together = 4;

/** The example Service, with every login that there is. */
const withReaders: KubernetesObject = {
  ...example('Service', 'billing'),
  spec: {
    zones: [{ name: 'frontier', components: [{ name: 'spike', provider: 'postgres', postgres: { readers: true } }] }],
  },
};

/** What came of a case. */
export interface Lived {
  name: string;
  wrong: string[];
  waited: string[];
}

/** Lives all cases on a server, each in a database that our code composes for the example Service. */
export const livesOf = async (
  server: Pick<PostgresServer, 'connect' | 'admin'>,
  cases: Case[],
  note: (lived: Lived) => void = () => undefined,
): Promise<Lived[]> => {
  const composed = simulate(withReaders, exampleRegistry()).response.desired?.resources ?? {};
  const resources = Object.values(composed).map(({ resource }) => resource as unknown as KubernetesObject);
  const lived: Lived[] = [];
  let next = 0;
  const live = async (): Promise<void> => {
    const superuser = await server.connect();
    for (let index = next++; index < cases.length; index = next++) {
      const one = cases[index] as Case;
      const database = `galaxy_case${index}`;
      const made = JSON.parse(JSON.stringify(resources).replaceAll('galaxy_billing', database)) as KubernetesObject[];
      const life = new Life(server, superuser, one, { resources: made, names: namesOf(database) });
      try {
        await life.run();
      } catch (error) {
        life.wrong.push(`broke off: ${(error as Error).message}`);
      } finally {
        await life.end().catch((error) => life.wrong.push(`left something: ${(error as Error).message}`));
      }
      lived.push({ name: one.name, wrong: life.wrong, waited: life.waited });
      note(lived.at(-1) as Lived);
    }
    await superuser.end();
  };
  await Promise.all(Array.from({ length: together }, live));

  return lived;
};
