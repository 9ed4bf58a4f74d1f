import { expect, test } from 'vitest';
import { code, inline, label, plain } from '../../../functions/words/escape.ts';

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
