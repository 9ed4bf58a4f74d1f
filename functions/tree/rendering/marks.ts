import { posix } from 'node:path';
import type { Problem } from '../problem.ts';
import { positionIn } from '../reader/lines.ts';

/** What makes documents of the files of a folder. */
export type Renderer = 'Kustomize' | 'Helm' | 'Flux' | 'Argo CD' | 'Git';

const renderers: { name: RegExp; renderer: Renderer }[] = [
  { name: /^(kustomization\.ya?ml|Kustomization)$/, renderer: 'Kustomize' },
  { name: /^Chart\.ya?ml$/, renderer: 'Helm' },
  { name: /^\.sourceignore$/, renderer: 'Flux' },
  { name: /^\.argocd-source.*\.yaml$/, renderer: 'Argo CD' },
  { name: /^\.gitattributes$/, renderer: 'Git' },
];

/** The tool that looks for a file of this name. */
export const rendererOf = (path: string): Renderer | undefined =>
  renderers.find(({ name }) => name.test(posix.basename(path)))?.renderer;

/** Whether a file is a program or template that documents are made with. */
export const isGenerator = (path: string): boolean =>
  /\.(jsonnet|libsonnet|cue|k|kcl|pkl|dhall|star|nix|tpl|tmpl|gotmpl|j2|jinja2?|erb|mustache|hbs|njk|ytt)$/i.test(path);

/** What else tools look for by name in the folder that they apply, or around it. */
const besides = /^(\.krmignore|\.helmignore|Kptfile|Krmfile|skaffold\.ya?ml|helmfile\.ya?ml|values[^/]*\.ya?ml)$/i;

/** Whether a tool looks for a file of this name in the folder that it applies, or around it, and does as it says. */
export const isBesides = (path: string): boolean => besides.test(posix.basename(path));

/**
 * What a tool puts something in for before a document is applied: Helm and Go templates, Jinja, Flux's postBuild, ERB, ytt,
 * spruce.
 */
const marks = /\{\{|\{%|\$\{|<%|^[ \t]*#@|\(\([ \t]/m;

/** Whether a text has such a mark. */
export const isTemplate = (text: string): boolean => marks.test(text);

/** What people can do about whatever is made later: it is in every sentence about it, and in the help of `plan`. */
export const renderFirst = 'render both sides first, and plan them with --rendered before.yaml after.yaml';

/** That a file is filled in before it is applied. */
export const templateProblem = (file: string, text: string): Problem => {
  const at = marks.exec(text);
  if (at === null) return { file, message: `what is made of this file is not in it: ${renderFirst}` };

  return {
    file,
    ...positionIn(text, at.index + (at[0].length - at[0].trimStart().length)),
    message: `something is put in for ${at[0].trim()} before this is applied: ${renderFirst}`,
  };
};
