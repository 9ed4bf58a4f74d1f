import { asText, isMapping } from '../../objects/record.ts';
import type { Wrapped } from './wrapped.ts';

/**
 * Kinds that make a controller apply documents which are not in the tree, by group. Only what runs or scales an app, or
 * tells people, is left out of a group.
 */
const bringers: { group: RegExp; but?: RegExp }[] = [
  // Flux, the Flux Operator, tofu-controller.
  { group: /(^|\.)fluxcd\.io$|^fluxcd\.controlplane\.io$/, but: /^(Alert|Provider|Receiver)$/ },
  { group: /^argoproj\.io$/, but: /^(Rollout|AnalysisTemplate|AnalysisRun|Experiment)$/ },
  { group: /(^|\.)crossplane\.io$/ },
  { group: /^(helm|fleet|catalog|management)\.cattle\.io$/ },
  { group: /^(kappctrl\.k14s\.io|(data\.)?packaging\.carvel\.dev)$/ },
  {
    group:
      /(^|\.)(open-cluster-management|karmada|kluctl|kyverno|pulumi|tekton|metacontroller\.k8s|gke|projectsveltos|kratix|werf)\.(io|com|dev)$/,
  },
  { group: /^(kro\.run|core\.oam\.dev|addons\.cluster\.x-k8s\.io|operators\.coreos\.com|template\.openshift\.io)$/ },
];

/** Whether an object of this kind brings others. */
export const isBringer = (apiVersion: unknown, kind: unknown): boolean => {
  const group = asText(apiVersion).split('/')[0] ?? '';

  return bringers.some((each) => each.group.test(group) && each.but?.test(asText(kind)) !== true);
};

/** A kustomization is read by Kustomize and never applied. */
const isApplied = (apiVersion: string): boolean => !/^kustomize\.config\.k8s\.io\//.test(apiVersion);

/**
 * Objects that are no Service of Squadkit, one for each document: whoever delivers a squad's folder may apply Services only, and
 * an engine that may not apply one of a folder's objects applies none of them. What is no object of Kubernetes it passes over.
 */
export const strangersIn = (document: unknown): Wrapped[] => {
  const found: Wrapped[] = [];
  const open: { value: unknown; path: (string | number)[] }[] = [{ value: document, path: [] }];
  for (let next = open.pop(); next !== undefined && found.length === 0; next = open.pop()) {
    const { value, path } = next;
    if (!isMapping(value)) continue;
    const { apiVersion, kind, metadata, items } = value;
    const isList = Array.isArray(items);
    if (isList) {
      for (const [index, each] of items.entries())
        open.push({ value: each as unknown, path: [...path, 'items', index] });
    }
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') continue;
    // A kind that we do not have is told anyway.
    const isOurs = /^(plan\.)?squadkit\.io\//.test(apiVersion);
    const isService = isOurs && !['Squad', 'Zone', 'Approvals'].includes(kind);
    if (isService || (isList && kind.endsWith('List')) || !isApplied(apiVersion)) continue;
    const name = isMapping(metadata) && typeof metadata.name === 'string' ? ` ${metadata.name}` : '';
    found.push({ path, message: `${kind}${name}` });
  }

  return found;
};

/**
 * Objects in a squad's folder that bring documents from elsewhere. A squad owns Services and nothing else, so what comes by
 * its folder has to be in it; in the platform's folders the platform decides what it brings.
 */
export const broughtBy = (document: unknown): Wrapped[] => {
  const found: Wrapped[] = [];
  const seen = new Set<unknown>();
  const open: { value: unknown; path: (string | number)[] }[] = [{ value: document, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (!isMapping(value)) continue;
    const { apiVersion, kind, metadata, items } = value;
    if (isBringer(apiVersion, kind)) {
      const name = isMapping(metadata) && typeof metadata.name === 'string' ? ` ${metadata.name}` : '';
      found.push({
        path,
        message: `${typeof kind === 'string' ? kind : 'this'}${name} brings documents that are not in this tree, and a squad's folder holds Services only: let the platform keep it outside of squads/, or take it out`,
      });
    }
    // Anchors make circles.
    if (Array.isArray(items) && !seen.has(items)) {
      seen.add(items);
      for (const [index, each] of [...items.entries()].reverse()) {
        open.push({ value: each as unknown, path: [...path, 'items', index] });
      }
    }
  }

  return found;
};
