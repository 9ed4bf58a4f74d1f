import { isLabelKey, labelPattern, labelWords } from '../documents/labels.ts';

/** All keys and values of annotations together (k8s.io/apimachinery v0.35, api/validation TotalAnnotationSizeLimitB). */
const mostBytes = 256 * 1024;

/** What the API server refuses of labels and annotations, which it does before anything of a commit is applied. */
export const refusedMetadata = ({
  labels = {},
  annotations = {},
}: {
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
}): { path: string[]; message: string } | undefined => {
  for (const [field, entries] of Object.entries({ labels, annotations })) {
    const name = Object.keys(entries).find((one) => !isLabelKey(field === 'annotations' ? one.toLowerCase() : one));
    if (name !== undefined) {
      return {
        path: ['metadata', field],
        message: `${JSON.stringify(name)} is no key of ${field}: use ${labelWords}, as in team or example.org/team`,
      };
    }
  }
  const label = Object.entries(labels).find(([, text]) => !labelPattern.test(text));
  if (label !== undefined) {
    return {
      path: ['metadata', 'labels', label[0]],
      message: `label ${label[0]} may not be ${JSON.stringify(label[1])}: use ${labelWords}`,
    };
  }
  const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));

  return bytes > mostBytes
    ? { path: ['metadata', 'annotations'], message: 'annotations are more than 256 KiB together: leave some out' }
    : undefined;
};
