/**
 * Names under which a secret stands: `password`, `PGPASSWORD`, `AccountKey`, `client_secret`, `X-Amz-Signature`. A word is
 * looked at once, from its beginning: to begin anew at each of its letters takes time in the square of its length.
 */
const name =
  '(?<![\\w.-])(?=[\\w.-]*?(?:password|passwd|passphrase|passcode|pwd|secret|token|credential|signature|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|encryption[_-]?key|shared[_-]?key)|(?:pass|pw|sig|sas|auth|x-amz-credential)(?![\\w.-]))[\\w.-]+';

/** A value: in quotes of some sort, whose end may be cut off, a block of YAML, or all up to a space. */
const value = `[|>][-+]?(?:\\s|\\\\+[nr])+\\S+|'(?:[^'\\\\]|\\\\[\\s\\S]|'')*'?|"(?:[^"\\\\]|\\\\[\\s\\S]|"")*"?|\\{[^}\\s]*\\}?|\\S+`;

/** A line that was broken in the middle of a value. */
const broken = '(?:\\\\?\\r?\\n[ \\t]*\\S+)?';

/** `password=hunter2`, `password = 'it\'s'`, and the same in a URL. */
const assigned = new RegExp(`(${name})(\\s*(?:=|%3[dD])\\s*)(?:(?:${value})${broken})`, 'gi');

/** `"password":"hunter2"`, `password: hunter2`; what follows a colon may be a sentence. */
const told = new RegExp(`(${name})(\\\\*["']?)(\\s*:\\s*)(?:(${value})${broken})`, 'gi');

/** `<password>hunter2</password>` */
const element = new RegExp(`(<(?:\\w+:)?(?:${name})[^<>]*>)[^<]+`, 'gi');

/** `--password hunter2` */
const option = new RegExp(`(?=-)(${name})\\s+(?!-)(${value})${broken}`, 'gi');

/** `PASSWORD 'hunter2'`, `IDENTIFIED BY 'hunter2'` in SQL. */
const statement = /\b(password|identified\s+(?:by|with\s+\S+\s+(?:by|as)))(\s+)(?:'(?:[^']|'')*'?|"(?:[^"]|"")*"?)/gi;

/** What PostgreSQL keeps of a password, and what it checks it by. */
const verifier = /SCRAM-SHA-256\$\S+|\bmd5[0-9a-f]{32}\b/g;

/** A header is one up to its end. */
const header = new RegExp(
  `\\b((?:proxy-)?authorization|(?:set-)?cookie)(\\\\*["']?\\s*[:=]\\s*)["'\\\\]*[^\\s"'\\\\][^\\r\\n"]*${broken}`,
  'gi',
);

/** Words that go on a sentence, and are no password: `cannot get token: not found`. */
const ordinaryWords =
  'a access after already an and apply are at authentication authorization bad basic be bearer because before but ' +
  "by byte bytes can can't cannot check code configmap configmaps connect connection context could couldn't " +
  "create credential credentials data delete denied dial did do does doesn't don't empty error errors exist " +
  'exists expected expired expires failed failing failure field for forbidden from get give had has have http ' +
  'https if illegal in invalid is it its json key keys length lookup malformed may might mismatch mismatched ' +
  'missing must name namespace namespaces no none not object objects of on only open or password passwords patch ' +
  'permission please post pq put read rejected renew request required resource response retry revoked role rpc ' +
  'secret secrets see server set should signature since so status string than that the then this timed timeout ' +
  'tls to token tokens too try type unable unauthenticated unauthorized unexpected unknown unsupported until ' +
  'update use user users value values verification was were when while will with would write wrong x509 yaml';
const ordinary = new RegExp(`^["'(]?(?:${ordinaryWords.replaceAll(' ', '|')})(?=$|[\\s.,;:!?)"'])`, 'i');

/** What no machine makes of a token: a word, and another after it. */
const sentence = /^["'(]?[A-Za-z]{1,14}["'),;:]?[ \t]+[\w"'(]/;

/** Whether what stands after a colon goes on a sentence. Of passwords only some words are sure to be none. */
const isOrdinary = (text: string, name = 'password'): boolean =>
  ordinary.test(text) || /^[({[]?$/.test(text) || (!/pass|pwd|pw$/i.test(name) && sentence.test(text));

/** A text without the values that stand under a name of a secret. */
export const maskedValues = (text: string): string =>
  text
    .replaceAll(header, '$1$2***')
    .replaceAll(verifier, '***')
    .replaceAll(statement, '$1$2***')
    .replaceAll(element, '$1***')
    .replaceAll(option, (all: string, before: string, found: string) => (isOrdinary(found) ? all : `${before} ***`))
    .replaceAll(assigned, '$1$2***')
    .replaceAll(
      told,
      (all: string, before: string, quote: string, colon: string, _: string, offset: number, whole: string) => {
        const rest = whole.slice(offset + before.length + quote.length + colon.length).slice(0, 100);
        return quote === '' && isOrdinary(rest, before) ? all : `${before}${quote}${colon}***`;
      },
    );
