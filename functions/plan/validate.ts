import type * as z from 'zod/mini';
import { inDots, placeOf } from '../documents/schema.ts';
import { type KubernetesObject, specOf } from '../objects/resource.ts';
import { isSame } from '../objects/same.ts';
import { serviceSpec } from '../service/schema.ts';
import { admissionOf, type Refused } from '../simulation/outcome.ts';
import { squadSpec } from '../squad/schema.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { Problem } from '../tree/problem.ts';
import { emptyWorld, type World } from '../tree/world.ts';
import { zoneSpec } from '../zone/schema.ts';
import { capacityOf } from './limits/capacity.ts';
import { quotaOf } from './limits/quota.ts';
import { serversOf } from './limits/servers.ts';
import { everyRefusal, restBeside } from './refusals.ts';

const schemas: Record<string, z.ZodMiniType> = { Service: serviceSpec, Squad: squadSpec, Zone: zoneSpec };

/**
 * Everything that is wrong with a tree: files, every field that does not fit its schema, and what is not allowed. What
 * is there may be in a closed zone: a tree alone does not say what is new.
 */
export const problemsOf = (world: World): Problem[] => {
  const quota = quotaOf(world, () => false);
  const capacity = capacityOf(emptyWorld(), world);
  const taken = serversOf(emptyWorld(), world);
  const counts: Record<string, (document: TreeDocument) => Refused | undefined> = {
    Service: (service) => quota.refused(service) ?? capacity.refused(service),
    Zone: taken,
  };
  const registered = [...world.zones.values(), ...world.squads.values()];
  const documents = [...registered, ...world.services.values()];
  // What is wrong with a Zone is said there, and not again of each of its Services.
  const said = new Set(registered.map(({ object }) => admissionOf(object, world.open)?.message));

  return [
    ...world.problems,
    ...documents.flatMap((document): Problem[] => {
      const { object } = document;
      const fields = issuesOf(object);
      const rest = restBeside(
        object,
        fields.map((issue) => placeOf(issue).wrong),
        fits,
      );
      const admitted = rest === undefined ? [] : everyRefusal(rest, (left) => admissionOf(left, world.open), fits);
      const counted = fields.length > 0 || admitted.length > 0 ? undefined : counts[object.kind]?.(document);
      const refused = [...admitted, ...(counted === undefined ? [] : [counted])]
        .filter(({ message }) => object.kind !== 'Service' || !said.has(message))
        .map(({ path, message }) => ({ file: document.file, ...document.positionOf(path), message }));

      return inOrder([...fields.map((issue) => problemOf(document, issue)), ...refused]);
    }),
  ];
};

type Issue = z.core.$ZodIssue;

const issuesOf = (object: KubernetesObject): Issue[] => {
  const parsed = schemas[object.kind]?.safeParse(specOf(object));

  return parsed === undefined || parsed.success ? [] : parsed.error.issues.filter(isOfItsForm);
};

/** Of a text that does not have its form nothing else is said: how long `0d` is matters to nobody. */
const isOfItsForm = ({ path }: Issue, index: number, all: Issue[]): boolean =>
  !all.slice(0, index).some((before) => before.code === 'invalid_format' && isSame(before.path, path));

const fits = (object: KubernetesObject): boolean => issuesOf(object).length === 0;

const problemOf = ({ file, positionOf }: TreeDocument, issue: Issue): Problem => {
  const { field, wrong } = placeOf(issue);
  const position = positionOf(wrong, issue.code === 'unrecognized_keys' ? 'name' : 'value');

  return { file, ...position, message: `${inDots(field)}: ${issue.message}` };
};

/** As they stand in the file. */
const inOrder = (problems: Problem[]): Problem[] =>
  [...problems].sort(
    ({ line: left = 0, column: first = 0 }, { line: right = 0, column: second = 0 }) => left - right || first - second,
  );
