import { expect, test } from 'vitest';
import { code, inline, label, plain } from '../../../functions/words/escape.ts';
import { jsonText } from '../../../functions/words/json.ts';
import { printable } from '../../../functions/words/printable.ts';

test.each([
  { given: 'frontier (production)', want: 'frontier (production)' },
  { given: '<b>a</b> & b', want: '&lt;b&gt;a&lt;/b&gt; &amp; b' },
  { given: '**a** _b_ `c` [d](e) #1 ~f~ | g', want: '\\*\\*a\\*\\* \\_b\\_ \\`c\\` \\[d\\](e) \\#1 \\~f\\~ \\| g' },
  { given: '@example/everybody', want: '@\u200bexample/everybody' },
  {
    given: 'https://evil.example.org www.evil.example.org',
    want: 'https:\u200b//evil.example.org www\u200b.evil.example.org',
  },
  { given: 'a\n# b', want: 'a \\# b' },
  { given: 'a\u001b[2Jb\u202ec', want: 'a\ufffd\\[2Jb\ufffdc' },
])('as text: $given', ({ given, want }) => {
  expect(plain(given)).toBe(want);
});

test.each([
  { given: 'galaxy_billing', want: '`galaxy_billing`' },
  { given: 'a`b', want: "`a'b`" },
  { given: 'a | b', want: '`a \\| b`' },
  { given: 'a\nb', want: '`a b`' },
  { given: '', want: '` `' },
  { given: 'x'.repeat(500), want: `\`${'x'.repeat(400)}…\`` },
])('as code: $given', ({ given, want }) => {
  expect(code(given)).toBe(want);
});

test('words keep their names as code, and a quotation that does not end is text', () => {
  expect(inline('creates `a_b` for <c>')).toBe('creates `a_b` for &lt;c&gt;');
  expect(inline('a `b')).toBe('a \\`b');
});

test('a label has names only', () => {
  expect(label('group oidc:a"]:::gone\n<script>`')).toBe('group oidc:a  :::gone  script  ');
});

test.each([
  { given: 'billing.yaml:1:1: a # b ## c', want: 'billing.yaml:1:1: a # b ## c' },
  { given: 'a\nb\u2028c\u001b[2J', want: 'a\ufffdb\ufffdc\ufffd[2J' },
  { given: '::error::b', want: '\ufffd:error::b' },
  { given: '  ::error::b', want: '  \ufffd:error::b' },
  { given: 'a ##[error]b ##vso[x]', want: 'a #\ufffd[error]b #\ufffdvso[x]' },
])('as a line of text: $given', ({ given, want }) => {
  expect(printable(given)).toBe(want);
});

test('JSON keeps its value, and nothing in it acts', () => {
  const value = { 'a\u009b2J': ['##[error]', '##vso[x]', '\u202e', '\u2028', '\u{e0001}', 'a\nb', '## c', 'ä'] };
  const text = jsonText(value);

  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\w*\[/u);
  expect(text).toContain('ä');
});
