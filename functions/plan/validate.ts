import type * as z from 'zod/mini';
import { inDots, placeOf } from '../documents/schema.ts';
import { specOf } from '../objects/resource.ts';
import { serviceSpec } from '../service/schema.ts';
import { admissionOf } from '../simulation/outcome.ts';
import { squadSpec } from '../squad/schema.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { Problem } from '../tree/problem.ts';
import { emptyWorld, type World } from '../tree/world.ts';
import { zoneSpec } from '../zone/schema.ts';
import { capacityOf } from './limits/capacity.ts';
import { quotaOf } from './limits/quota.ts';

const schemas: Record<string, z.ZodMiniType> = { Service: serviceSpec, Squad: squadSpec, Zone: zoneSpec };

/**
 * Everything that is wrong with a tree: files, every field that does not fit its schema, and what is not allowed. What
 * is there may be in a closed zone: a tree alone does not say what is new.
 */
export const problemsOf = (world: World): Problem[] => {
  const quota = quotaOf(world, () => false);
  const capacity = capacityOf(emptyWorld(), world);
  const registered = [...world.zones.values(), ...world.squads.values()];
  const documents = [...registered, ...world.services.values()];
  // What is wrong with a Zone is said there, and not again of each of its Services.
  const said = new Set(registered.map(({ object }) => admissionOf(object, world.open)?.message));

  return [
    ...world.problems,
    ...documents.flatMap((document): Problem[] => {
      const fields = fieldProblems(document);
      if (fields.length > 0) return fields;
      const refused =
        admissionOf(document.object, world.open) ??
        (document.object.kind === 'Service' ? (quota.refused(document) ?? capacity.refused(document)) : undefined);

      return refused === undefined || (document.object.kind === 'Service' && said.has(refused.message))
        ? []
        : [{ file: document.file, ...document.positionOf(refused.path), message: refused.message }];
    }),
  ];
};

const fieldProblems = ({ object, file, positionOf }: TreeDocument): Problem[] => {
  const parsed = schemas[object.kind]?.safeParse(specOf(object));
  if (parsed === undefined || parsed.success) return [];

  return parsed.error.issues.map((issue) => {
    const { field, wrong } = placeOf(issue);
    const position = positionOf(wrong, issue.code === 'unrecognized_keys' ? 'name' : 'value');

    return { file, ...position, message: `${inDots(field)}: ${issue.message}` };
  });
};
