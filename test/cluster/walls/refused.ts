import { type Actor, asActor } from './actors.ts';
import type { Attempt } from './attempts.ts';
import type { Stone } from './mutations.ts';
import { isThrough, read, sendAll, type Tried } from './send.ts';
import type { ClusterName, Servers } from './servers.ts';
import type { Refusal } from './without.ts';

/** What a policy refused, and whom. */
export interface Refused {
  actor: Actor;
  tried: Tried;
}

const isByPolicy = ({ message }: Tried) => message.includes('ValidatingAdmissionPolicy');

/** Those that a policy refused, and not the API server's authorizer. */
export const refusedOf = (actor: Actor, answers: Tried[]): Refused[] =>
  answers.filter(isByPolicy).map((tried) => ({ actor, tried }));

/** Of so many that were refused in the same words by the same door one is enough, of another actor each. */
const each = 2;

const keyOf = ({ attempt, message }: Tried): string => {
  const { method, change, group, resource, subresource, namespace, body } = attempt;

  // Of what is made the whole is looked at.
  const made = method === 'POST' ? JSON.stringify(body) : '';

  return [
    method,
    change,
    group,
    resource,
    subresource,
    namespace,
    made,
    message.slice(message.indexOf('Validating')),
  ].join();
};

const fewer = (refused: Refused[]): Refused[] => {
  const counts = new Map<string, Set<string>>();

  return refused.filter(({ actor, tried }) => {
    const key = keyOf(tried);
    const seen = counts.get(key) ?? new Set();
    if (seen.size >= each || seen.has(actor.name)) return false;
    counts.set(key, seen.add(actor.name));

    return true;
  });
};

const refusalOf = (servers: Servers, name: ClusterName, { actor, tried }: Refused): Refusal<Tried> => ({
  tried,
  again: async () => {
    const [answer] = await sendAll(asActor(servers.clusters[name], actor), [tried.attempt as Attempt], {
      dryRun: true,
    });

    return answer as Tried;
  },
});

/**
 * What is refused by a policy now, while all walls stand: since it was first tried much was changed for real, so that some
 * of it would be answered otherwise.
 */
export const stillRefused = async (
  servers: Servers,
  name: ClusterName,
  refused: Refused[],
): Promise<Refusal<Tried>[]> => {
  const queue = fewer(refused).values();
  const still: Refusal<Tried>[] = [];
  const gone: Tried[] = [];
  const work = async () => {
    for (const one of queue) {
      const refusal = refusalOf(servers, name, one);
      const tried = await refusal.again();
      if (isByPolicy(tried)) still.push({ ...refusal, tried });
      else gone.push(tried);
    }
  };
  await Promise.all(Array.from({ length: 24 }, work));
  const words = gone.filter((tried) => isThrough(tried)).map((tried) => `\n  ${read(tried)}`);
  console.log(
    `${name}: of ${refused.length} refusals ${still.length} are tried again; now otherwise ${gone.length}${words.join('')}`,
  );

  return still;
};

/** So many of others are tried, from all over, when none of what the stone itself refused gets through. */
const others = 400;

/** Those first that the stone refused, then others that its policy did, then of everything. */
export const refusalsOf =
  (refusals: Refusal<Tried>[]) =>
  (stone: Stone): Refusal<Tried>[] => {
    const exact = refusals.filter(({ tried }) => stone.isIn(tried));
    const inPolicy = refusals.filter((one) => !exact.includes(one) && one.tried.message.includes(`'${stone.policy}'`));
    const rest = refusals.filter((one) => !exact.includes(one) && !inPolicy.includes(one));

    return [...spread(exact, others), ...spread(inPolicy, others), ...spread(rest, others)];
  };

/** From all over the list, because neighbours in it are often refused by the same other wall besides. */
const spread = <One>(list: One[], most: number): One[] => {
  const step = Math.max(1, Math.ceil(list.length / 12));
  const mixed = Array.from({ length: step }, (_, start) => list.filter((_one, index) => index % step === start)).flat();

  return mixed.slice(0, most);
};
