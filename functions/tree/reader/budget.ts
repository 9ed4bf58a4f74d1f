/** Documents in one file: more than a squad ever needs, a hundred times over. */
export const mostDocuments = 1000;
/** Values in one file, keys and what stands for them: the same. */
export const mostValues = 50_000;

/**
 * Why a file of a squad is not even parsed: a parser takes seconds for what has more documents or values than this. Values are
 * counted by what stands between them, in one pass over the text.
 */
export const tooMuchIn = (text: string): string | undefined => {
  let [documents, values] = [1, 1];
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (letter !== '\n' && letter !== ',') continue;
    values += 1;
    if (letter === '\n' && text.startsWith('---', index + 1)) documents += 1;
  }
  if (documents > mostDocuments) return said(mostDocuments, 'documents');

  return values > mostValues ? said(mostValues, 'values') : undefined;
};

const said = (most: number, what: string): string =>
  `this has more than ${most} ${what}, and no squad needs so many in one file: leave some out`;
