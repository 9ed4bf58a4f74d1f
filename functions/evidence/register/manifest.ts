import type { KubernetesObject } from '../../objects/resource.ts';

/** An object that a platform applies, and the file that has it. */
export interface Manifest {
  /** From the root of the repository: `package/install/hub/auditor.yaml`. */
  file: string;
  object: KubernetesObject;
}

/** `spec` of a Configuration's crossplane.yaml (meta.pkg.crossplane.io/v1). */
export interface PackageRequirements {
  crossplane: { version: string };
  dependsOn: { apiVersion: string; kind: string; package: string; version: string }[];
}
