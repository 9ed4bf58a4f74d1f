import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** Series that are the same all the time, by the text of each: `squadkit_generation{kind="Zone"}`. */
export type Series = Record<string, number>;

/** An alert that fires, with all its labels. */
export interface Firing {
  alert: string;
  labels: Record<string, string>;
}

/** What is there, and all that fires after so many minutes. */
export interface Case {
  name: string;
  series: Series;
  /** What each of these grows by in a minute. */
  counters?: Series;
  minutes: number;
  firing: Firing[];
}

/** Rules are evaluated this often, in minutes: every `for` is a multiple of it. */
const step = 5;

/** How often there is a sample, in minutes: what grows is looked at over some. */
const sampled = ({ counters }: Case): number => (counters === undefined ? step : 1);

const inputOf = ({ series, counters = {}, minutes }: Case, every: number) => [
  ...Object.entries(series).map(([text, value]) => ({ series: text, values: `${value}x${minutes / every}` })),
  ...Object.entries(counters).map(([text, growth]) => ({
    series: text,
    values: `0+${growth * every}x${minutes / every}`,
  })),
];

/** The rules without what is for people, which promtool would compare too. */
const withoutAnnotations = (rules: string) => {
  const { groups } = parse(readFileSync(rules, 'utf8')) as { groups: { name: string; rules: object[] }[] };

  return {
    groups: groups.map((group) => ({ ...group, rules: group.rules.map((rule) => ({ ...rule, annotations: {} })) })),
  };
};

/**
 * What promtool says of the cases: undefined if all is as wanted, else its text. Of each case it is asked about every
 * alert, so that nothing else fires.
 *
 * @param folder where the files go that it reads
 */
export const testRules = (
  { promtool, rules, folder }: { promtool: string; rules: string; folder: string },
  cases: Case[],
): string | undefined => {
  const plain = withoutAnnotations(rules);
  const alerts = new Set(
    plain.groups.flatMap((group) => group.rules.map((rule) => (rule as { alert?: string }).alert ?? '')),
  );
  const tests = cases.map((one) => ({
    name: one.name,
    interval: `${sampled(one)}m`,
    input_series: inputOf(one, sampled(one)),
    alert_rule_test: [...alerts].map((alertname) => ({
      eval_time: `${one.minutes}m`,
      alertname,
      exp_alerts: one.firing.filter(({ alert }) => alert === alertname).map(({ labels }) => ({ exp_labels: labels })),
    })),
  }));
  const write = (name: string, content: object): string => {
    writeFileSync(join(folder, name), stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }));
    return join(folder, name);
  };
  const rule_files = [write('rules.yaml', plain)];
  const file = write('cases.yaml', { rule_files, evaluation_interval: `${step}m`, tests });
  const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', '--diff', file], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });

  return status === 0 ? undefined : `${stdout}${stderr}`;
};

/** How many rules promtool finds well formed, with all that it looks for; throws with what it says if one is not. */
export const checkRules = (promtool: string, rules: string): number => {
  const said = execFileSync(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', rules], { encoding: 'utf8' });

  return Number(/SUCCESS: (\d+) rules found/.exec(said)?.[1] ?? 0);
};
