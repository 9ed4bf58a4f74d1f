import { watched } from './documents.ts';
import type { Case, Firing, Series } from './promtool.ts';

const day = 86_400;

const alone = (name: string, rest: Partial<Case> & { firing?: Firing[] }): Case => ({
  name,
  minutes: 120,
  firing: [],
  ...rest,
  series: { ...watched, ...rest.series },
});

const component = (metric: string, component: string, environment = 'production', zone = 'frontier'): string =>
  `squadkit_zone_component_${metric}{kind="Zone",name="${zone}",component="${component}",provider="any",environment="${environment}"}`;

const inUse: Series = {
  'squadkit_service_zone_info{kind="Service",squad="galaxy",name="billing",zone="frontier",environment="production"}': 1,
};

const ofComponent = (alert: string, severity: string, name = 'spike'): Firing => ({
  alert,
  labels: { name: 'frontier', component: name, severity, route: 'platform' },
});

const ends = (first: number, last: number): Series => ({
  [component('first_authority_end_timestamp_seconds', 'spike')]: first * day,
  [component('last_authority_end_timestamp_seconds', 'spike')]: last * day,
});

const calls = (code: string, name = 'squadkit-function-squadkit'): string =>
  `function_run_function_response_total{function_name="${name}",grpc_code="${code}",result_severity="Fatal"}`;

const buckets = (fast: number, all: number, name = 'squadkit-function-squadkit'): Series => ({
  [`function_run_function_seconds_bucket{function_name="${name}",le="0.5"}`]: fast,
  [`function_run_function_seconds_bucket{function_name="${name}",le="1"}`]: fast,
  [`function_run_function_seconds_bucket{function_name="${name}",le="2.5"}`]: all,
  [`function_run_function_seconds_bucket{function_name="${name}",le="+Inf"}`]: all,
});

const flux = (where: string, status: string, reason: string, squad = 'galaxy'): Series => ({
  [`squadkit_delivery_condition_timestamp_seconds{squad="${squad}",in="${where}",type="Ready",status="${status}",reason="${reason}"}`]: 1,
});

const argo = (name: string, sync: string): Series => ({
  [`argocd_app_info{name="${name}",namespace="argocd",sync_status="${sync}",health_status="Degraded"}`]: 1,
});

const undelivered = (reason: string): Firing => ({
  alert: 'SquadkitDeliveryFails',
  labels: { squad: 'galaxy', reason, severity: 'warning', route: 'squad' },
});

const platformUndelivered = (reason: string): Firing => ({
  alert: 'SquadkitPlatformDeliveryFails',
  labels: { reason, severity: 'warning', route: 'platform' },
});

const events = (controller: string, result: string): string =>
  `circuit_breaker_events_total{controller="${controller}",result="${result}"}`;

const without = (pattern: RegExp): Series =>
  Object.fromEntries(Object.entries(watched).filter(([text]) => !pattern.test(text)));

/** What is no document: each alert with what it is for, and with what is beside it and must not fire. */
export const neighbourCases = (): Case[] => [
  alone('a server without backups', {
    series: { ...inUse, [component('point_in_time_recovery', 'spike')]: 0 },
    firing: [ofComponent('SquadkitNotBackedUp', 'warning')],
  }),
  alone('one with backups, though not to every moment', {
    series: {
      ...inUse,
      [component('point_in_time_recovery', 'spike')]: 0,
      [component('backup_retention_days', 'spike')]: 30,
    },
  }),
  alone('one that Squadkit backs up itself', {
    series: {
      ...inUse,
      [component('point_in_time_recovery', 'spike')]: 0,
      [component('own_backup_retention_days', 'spike')]: 14,
    },
  }),
  alone('one without backups, for engineering', {
    series: { ...inUse, [component('point_in_time_recovery', 'spike', 'engineering')]: 0 },
  }),
  alone('one without backups that nobody uses', { series: { [component('point_in_time_recovery', 'spike')]: 0 } }),
  alone('one without backups in another zone than the one in use', {
    series: { ...inUse, [component('point_in_time_recovery', 'spike', 'production', 'meadow')]: 0 },
  }),
  alone('disks that nobody says are encrypted', {
    series: { ...inUse, [component('encrypted_at_rest', 'aqua')]: 0, [component('encrypted_at_rest', 'spike')]: 1 },
    firing: [ofComponent('SquadkitNotEncrypted', 'warning', 'aqua')],
  }),
  alone('authorities for years', { series: ends(400, 800) }),
  alone('one of two authorities that ends in 20 days', {
    series: ends(20, 800),
    firing: [ofComponent('SquadkitAuthorityEnds', 'warning')],
  }),
  alone('one of two that has ended', { series: ends(-20, 800) }),
  alone('the only one, in 20 days', {
    series: ends(20, 20),
    firing: [ofComponent('SquadkitAuthorityEnds', 'warning')],
  }),
  alone('the only one, in 10 days', {
    series: ends(10, 10),
    firing: [ofComponent('SquadkitAuthoritiesEnd', 'critical')],
  }),
  alone('all, yesterday', { series: ends(-90, -1), firing: [ofComponent('SquadkitAuthoritiesEnd', 'critical')] }),
  alone('a function that refuses', { counters: { [calls('OK')]: 60 } }),
  alone('a function that is not there', {
    counters: { [calls('Unavailable')]: 1 },
    firing: [
      { alert: 'SquadkitFunctionFails', labels: { grpc_code: 'Unavailable', severity: 'critical', route: 'sre' } },
    ],
  }),
  alone('the function of somebody else, which is not there', { counters: { [calls('Unavailable', 'other')]: 1 } }),
  alone('a fast function', { counters: buckets(100, 100) }),
  alone('a slow function', {
    counters: buckets(90, 100),
    firing: [{ alert: 'SquadkitFunctionSlow', labels: { severity: 'warning', route: 'sre' } }],
  }),
  alone('the slow function of somebody else', { counters: buckets(90, 100, 'other') }),
  alone('events that are lost for hours', {
    counters: { [events('composite/services.squadkit.io', 'Dropped')]: 5 },
    firing: [
      {
        alert: 'SquadkitEventsLost',
        labels: { controller: 'composite/services.squadkit.io', severity: 'warning', route: 'sre' },
      },
    ],
  }),
  alone('events that are not lost', { counters: { [events('composite/services.squadkit.io', 'Allowed')]: 5 } }),
  alone('events of somebody else that are lost', {
    counters: { [events('composite/services.example.org', 'Dropped')]: 5 },
  }),
  alone('a folder that Flux cannot apply', {
    series: flux('squadkit-delivery', 'False', 'ReconciliationFailed'),
    firing: [undelivered('ReconciliationFailed')],
  }),
  alone("the platform's own folder that Flux cannot apply", {
    series: flux('squadkit-delivery', 'False', 'ReconciliationFailed', 'squadkit-platform'),
    firing: [platformUndelivered('ReconciliationFailed')],
  }),
  alone("the platform's own folder that is delivered", {
    series: flux('squadkit-delivery', 'True', 'ReconciliationSucceeded', 'squadkit-platform'),
  }),
  alone("the platform's own folder that Argo CD cannot apply", {
    series: argo('squadkit-platform', 'OutOfSync'),
    firing: [platformUndelivered('OutOfSync')],
  }),
  alone("the platform's own folder that Argo CD has applied", { series: argo('squadkit-platform', 'Synced') }),
  alone('a folder whose Services are refused', { series: flux('squadkit-delivery', 'False', 'HealthCheckFailed') }),
  alone('a folder that is delivered', { series: flux('squadkit-delivery', 'True', 'ReconciliationSucceeded') }),
  alone("something else of Flux's that fails", { series: flux('apps', 'False', 'ReconciliationFailed') }),
  alone('a folder that Argo CD cannot apply', {
    series: argo('squad-galaxy', 'OutOfSync'),
    firing: [undelivered('OutOfSync')],
  }),
  alone('a folder that Argo CD has applied', { series: argo('squad-galaxy', 'Synced') }),
  alone("something else of Argo CD's that fails", { series: argo('shop', 'OutOfSync') }),
  ...(['Squad', 'Zone'] as const).map((kind) => ({
    name: `no metrics of any ${kind}`,
    minutes: 120,
    series: without(new RegExp(`kind="${kind}"`)),
    firing: [{ alert: 'SquadkitNoMetrics', labels: { kind, severity: 'critical', route: 'sre' } }],
  })),
  {
    name: 'no metrics of Crossplane',
    minutes: 120,
    series: without(/^function_/),
    firing: [
      {
        alert: 'SquadkitNoCrossplaneMetrics',
        labels: { function_name: 'squadkit-function-squadkit', severity: 'warning', route: 'sre' },
      },
    ],
  },
];
