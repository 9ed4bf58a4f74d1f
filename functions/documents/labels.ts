/** The value of a label, as the API server takes it (k8s.io/apimachinery v0.35, api/validate/content IsLabelValue). */
export const labelPattern = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** The same in words, after "use" or "use a value of a label:". */
export const labelWords = 'at most 63 letters, digits and . _ -, beginning and ending with a letter or digit';
