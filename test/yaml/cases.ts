import type { Shape } from './shapes.ts';

/** Shapes that people asked about, and how many documents each has; 0: it is refused. */
export const cases: (Shape & { documents: number })[] = [
  {
    name: 'block-text-separator.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  description: |\n    a\n    ---\n    b\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'bom.yaml',
    documents: 1,
    text: '\ufeffapiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'comments.yaml',
    documents: 2,
    text: '# a\n--- # b\napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n---\n# nothing\n---   \napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: two, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n---\n',
  },
  {
    name: 'crlf.yaml',
    documents: 2,
    text: 'apiVersion: squadkit.io/v1alpha1\r\nkind: Service\r\nmetadata: {name: one, namespace: galaxy}\r\nspec:\r\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\r\n---\r\napiVersion: squadkit.io/v1alpha1\r\nkind: Service\r\nmetadata: {name: two, namespace: galaxy}\r\nspec:\r\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\r\n',
  },
  {
    name: 'cross-anchor.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: &m {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n---\napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: *m\nspec: {zones: []}\n',
  },
  {
    name: 'description-date.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  description: 2026-01-01\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'description-float.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  description: 1_000\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'description-yes.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  description: yes\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'directive.yaml',
    documents: 0,
    text: '%YAML 1.1\n---\napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'docend.yaml',
    documents: 2,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n...\n---\napiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: two, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'dup-key.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\nspec: {zones: []}\n',
  },
  {
    name: 'inline-doc.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n--- {apiVersion: squadkit.io/v1alpha1, kind: Service, metadata: {name: two, namespace: galaxy}, spec: {zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]}}\n',
  },
  {
    name: 'json-two.json',
    documents: 0,
    text: '{"apiVersion":"squadkit.io/v1alpha1","kind":"Service","metadata":{"name":"one","namespace":"galaxy"},"spec":{"zones":[{"name":"frontier","components":[{"name":"spike","provider":"postgres"}]}]}}\n{"apiVersion":"squadkit.io/v1alpha1","kind":"Service","metadata":{"name":"two","namespace":"galaxy"},"spec":{"zones":[{"name":"frontier","components":[{"name":"spike","provider":"postgres"}]}]}}\n',
  },
  {
    name: 'list-nested.yaml',
    documents: 0,
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - apiVersion: squadkit.io/v1alpha1\n    kind: Service\n    metadata: {name: one, namespace: galaxy}\n    spec:\n      zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'merge-list.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: &m {name: one, namespace: galaxy}\nspec:\n  zones:\n  - <<: [{name: frontier}, {name: other}]\n    components: &c [{name: spike, provider: postgres}]\n',
  },
  {
    name: 'no-final-newline.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]',
  },
  {
    name: 'nonspecific-tag.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: !!str one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'null-name.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: ~, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'octal-name.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: e10, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'quoted-keys.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\n"kind": Service\nmetadata: {name: one, namespace: galaxy}\n\'spec\':\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'servicelist.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: ServiceList\nitems:\n- apiVersion: squadkit.io/v1alpha1\n  kind: Service\n  metadata: {name: one, namespace: galaxy}\n  spec:\n    zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'sexagesimal.yaml',
    documents: 1,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  description: 12:30:45\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
  {
    name: 'tab.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata:\n\tname: one\n\tnamespace: galaxy\n',
  },
  {
    name: 'trailing-garbage.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: one, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n---\nfoo\n',
  },
  {
    name: 'yes-name.yaml',
    documents: 0,
    text: 'apiVersion: squadkit.io/v1alpha1\nkind: Service\nmetadata: {name: yes, namespace: galaxy}\nspec:\n  zones: [{name: frontier, components: [{name: spike, provider: postgres}]}]\n',
  },
];
