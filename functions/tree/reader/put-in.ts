import { isMapping } from '../../objects/record.ts';
import type { Wrapped } from './wrapped.ts';

/** What a tool puts something in for: Flux's postBuild and Terraform, Go templates and Jinja, ERB, the Flux Operator, spruce. */
const mark = /\$\{|\{\{|\{%|<%|<<|\(\(/;
/** From the first mark to the last end of one: what stands between may become anything. */
const put = /(\$\{|\{\{|\{%|<%|<<|\(\()[\s\S]*(\}|%>|>>|\)\))|(\$\{|\{\{|\{%|<%|<<|\(\()[\s\S]*$/;

const isOpen = (value: unknown): value is string => typeof value === 'string' && mark.test(value);

/** Groups by which a document is for us, or tells Flux or Argo CD what to make of ours, and the kinds of them. */
const read: { groups: string[]; kinds: string[] }[] = [
  { groups: ['squadkit.io', 'plan.squadkit.io'], kinds: ['Service', 'Squad', 'Zone', 'Approvals'] },
  { groups: ['kustomize.toolkit.fluxcd.io'], kinds: ['Kustomization'] },
  { groups: ['source.toolkit.fluxcd.io'], kinds: ['GitRepository'] },
  { groups: ['argoproj.io'], kinds: ['Application', 'ApplicationSet'] },
];

/** Whether a text is one of these, or may become one by what is put in. */
const mayBe = (value: unknown, wanted: readonly string[]): boolean => {
  if (typeof value !== 'string') return false;
  if (!isOpen(value)) return wanted.includes(value);
  const [before = '', after = ''] = value.replace(put, '\0').split('\0');

  return wanted.some(
    (each) => each.length >= before.length + after.length && each.startsWith(before) && each.endsWith(after),
  );
};

/** The same for the group of an apiVersion, of which any version counts. */
const mayBeOfGroup = (value: unknown, groups: readonly string[]): boolean => {
  if (!isOpen(value)) return typeof value === 'string' && groups.includes(value.split('/')[0] ?? '');
  const [before = '', after = ''] = value.replace(put, '\0').split('\0');
  const [start = ''] = before.split('/');
  if (before.includes('/')) return groups.includes(start);
  const end = after.includes('/') ? after.slice(0, after.indexOf('/')) : undefined;

  return end === undefined ? groups.some((group) => group.startsWith(before)) : mayBe(`${before}\${}${end}`, groups);
};

/**
 * Fields that say what a document is and in which a tool puts something in, so that it becomes another one. In a squad's folder
 * nothing may be put in there; elsewhere the document may not become ours, nor an engine's.
 */
export const putInto = (document: unknown, isOfSquad: boolean): Wrapped[] => {
  const found: Wrapped[] = [];
  const seen = new Set<unknown>();
  const open: { value: unknown; path: (string | number)[] }[] = [{ value: document, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    // Anchors make circles.
    if (!isMapping(value) || seen.has(value)) continue;
    seen.add(value);
    const [field] = openFields(value).filter((each) => isOfSquad || each[0] !== 'metadata');
    if (field !== undefined && (isOfSquad || mayMatter(value))) {
      found.push({ path: [...path, ...field], message: said(field) });
    }
    for (const [key, items] of Object.entries(value)) {
      if (!Array.isArray(items) || (key !== 'items' && !isOpen(key))) continue;
      open.push(...items.map((each: unknown, index) => ({ value: each, path: [...path, key, index] })).reverse());
    }
  }

  return found;
};

/** Those places, of the ones that say what an object is, in which something is put in. */
const openFields = (object: Record<string, unknown>): string[][] => {
  const { metadata } = object;
  const named = isMapping(metadata) ? metadata : {};
  const key = Object.keys(object).find(isOpen);
  const keyOfName = Object.keys(named).find(isOpen);

  return [
    ...['apiVersion', 'kind'].filter((field) => isOpen(object[field])).map((field) => [field]),
    ...(key === undefined ? [] : [[key]]),
    ...(isOpen(metadata) ? [['metadata']] : []),
    ...['name', 'namespace'].filter((field) => isOpen(named[field])).map((field) => ['metadata', field]),
    ...(keyOfName === undefined ? [] : [['metadata', keyOfName]]),
  ];
};

/** Whether an object is, or may become, one that is read here. */
const mayMatter = (object: Record<string, unknown>): boolean => {
  const valuesOf = (field: string): unknown[] =>
    Object.entries(object).flatMap(([key, value]) => (mayBe(key, [field]) ? [value] : []));

  return read.some(
    ({ groups, kinds }) =>
      valuesOf('apiVersion').some((value) => mayBeOfGroup(value, groups)) &&
      valuesOf('kind').some((value) => mayBe(value, kinds)),
  );
};

const said = (field: string[]): string =>
  `something is put in for a part of ${field.join('.')} before this is applied, and may make another document of it: write it out`;
