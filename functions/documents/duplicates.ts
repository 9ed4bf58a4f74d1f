import { type Actor, type Path, Refusal } from '../round/refusal.ts';

/**
 * A list in which each name stands once.
 *
 * @param where in words what `path` leads to: `zone frontier`
 * @throws Refusal at the second entry of a name
 */
export const refuseDuplicate = (entries: { name: string }[], where: string, path: Path, actor: Actor): void => {
  const names = entries.map(({ name }) => name);
  const index = names.findIndex((name, position) => names.indexOf(name) !== position);
  if (index < 0) return;

  throw new Refusal({
    reason: 'SettingInvalid',
    actor,
    what: `${names[index]} is listed twice in ${where}`,
    next: 'list each name once',
    path: [...path, index, 'name'],
  });
};
