/** What may stand between the two words of `Bearer eyJ…`. */
const space = '(?:\\s|%20|\\+|\\\\n)+';

/** A line that was broken in the middle of a token. */
const more = '(?:\\\\?\\r?\\n[ \\t]*[\\w.+/=-]+)*';

/** A scheme of HTTP and its credentials. */
const scheme = new RegExp(
  `\\b(bearer|basic|negotiate|digest|apikey|splunk)(${space})((?:[\\w.~+/=:-]|\\\\/){6,})${more}`,
  'gi',
);

/** A JSON Web Token, or the beginning of one. */
const webToken = new RegExp(`\\beyJ[\\w-]{5,}(?:\\.[\\w-]*){0,4}${more}`, 'g');

/** Tokens that their makers marked: AWS, GitHub, GitLab, Slack, Stripe, Vault, Docker, npm, Google, SendGrid. */
const marked = new RegExp(
  `\\b(?:(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{8,}|gh[pousr]_\\w{4,}|github_pat_\\w{4,}|glpat-[\\w-]{4,}|xox[abeprs]-[\\w-]{8,}|[rs]k_(?:live|test)_\\w{8,}|hv[bs]\\.[\\w-]{8,}|dckr_pat_[\\w-]{8,}|npm_\\w{16,}|AIza[\\w-]{16,}|ya29\\.[\\w-]{8,}|SG\\.[\\w.-]{16,})${more}`,
  'g',
);

/** Letters that stand together for long. Base64 has slashes, and so has a path. */
const long = new RegExp(`(?:[\\w+=-]|\\\\?/){20,}${more}`, 'g');

/** How many capitals, small letters and digits are in a text. */
const mixture = (text: string): number[] =>
  [/[A-Z]/g, /[a-z]/g, /[0-9]/g].map((letters) => text.match(letters)?.length ?? 0);

/** Whether a text has at least so many of each. */
const hasAtLeast = (text: string, ...least: number[]): boolean =>
  mixture(text).every((found, index) => found >= (least[index] ?? 0));

/** Whether a text is mixed as nobody writes names and paths. */
const isMixed = (text: string): boolean =>
  (text.length >= 40 && hasAtLeast(text, 5, 4, 4)) ||
  text.split(/\\?\//).some((part) => part.length >= 20 && (hasAtLeast(part, 2, 2, 2) || hasAtLeast(part, 5, 5, 1)));

/** `Basic authentication` and `bearer token` are words. */
const isWord = (text: string): boolean => /^[A-Za-z]?[a-z]{1,14}[.,:;]?$/.test(text);

/** A text without what is a token by its form, whatever stands before it. */
export const maskedTokens = (text: string): string =>
  text
    .replaceAll(scheme, (all: string, name: string, between: string, value: string) =>
      isWord(value) ? all : `${name}${between.trim() === '' ? ' ' : between}***`,
    )
    .replaceAll(webToken, '***')
    .replaceAll(marked, '***')
    .replaceAll(long, (token) => {
      const [first = ''] = token.split(/\\?\r?\n/);
      return isMixed(first) ? '***' : token;
    });
